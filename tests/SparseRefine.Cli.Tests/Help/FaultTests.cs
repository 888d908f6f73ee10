using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Help;
using SparseRefine.Cli.Options;
using SparseRefine.Onnx;
using SparseRefine.Training;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>What the tool says of command lines that it cannot take.</summary>
public sealed class FaultTests : IDisposable
{
    private static readonly RootCommand Root = ToolCommands.Create(AnsiConsole.Console, TextWriter.Null);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Commands => [.. Root.Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Run_AnyCommandMistyped_IsToldApartAndGuessed(string name)
    {
        foreach (string typo in Typos(name))
        {
            ToolResult result = Tool.Run(typo);
            result.AssertBadInput($"{typo}: expected a command (");
            Assert.EndsWith($"; did you mean {name}?", result.Error.Trim(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Run_AnyOptionMistyped_IsToldApartAndGuessed(string name)
    {
        string[] known = [.. ToolCommands.Options(Root.Subcommands.Single(c => c.Name == name)).Select(option => option.Name)];
        foreach (string option in known)
        {
            foreach (string typo in Typos(option).Where(typo => !known.Contains(typo)))
            {
                ToolResult result = Tool.Run(name, typo, "1");
                result.AssertBadInput($"{typo}: expected an option of {name}, got none of this name; did you mean --");

                // A letter at fault is as near to another option now and then, as of --mean and --ms.
                string guess = result.Error.Trim()[..^1].Split(' ')[^1];
                Assert.True(guess == option || Spelling.Nearest(typo, [guess, option]) == guess, $"{typo}: guessed {guess}");
            }
        }
    }

    [Theory]
    [InlineData("--images x --overly --out y", "--overly: expected an option of score, got none of this name; did you mean --overlay?")]
    [InlineData("--out --quiet", "--out: expected DIR|STORE, got the option --quiet")]
    [InlineData("--bits", "--bits: expected 8|16, got none")]
    [InlineData("--out a --out b", "--out: expected one value, got 2")]
    [InlineData("--resume tru", "--resume: expected true or false, got 'tru'; did you mean true?")]
    [InlineData("--channel-order brg", "--channel-order: expected one of rgb, bgr, got 'brg'; did you mean bgr?")]
    [InlineData("--scores logit", "did you mean logits?")]
    [InlineData("--refiner shiped", "--refiner: expected shipped, got 'shiped'; did you mean shipped?")]
    [InlineData("--workers 2 photos", "--workers: expected one value, got 'photos' as well")]
    [InlineData("photos", "photos: expected an option of score, got a word that none takes")]
    [InlineData("--model m.sparserefine --images a", "--out: expected DIR|STORE, got none; sparserefine score --help shows examples")]
    [InlineData("--dense m.onnx --selector entropy:0.1 --images a --out b", "--selector: expected --refiner beside it")]
    [InlineData("--model m.ONNX --images a --out b", "--model: expected a fitted pipeline (*.sparserefine), or --dense for a dense model, got m.ONNX")]
    public void Score_OptionsThatItCannotTake_SaysSoOfTheOption(string words, string expected) => Tool.Run(["score", .. words.Split(' ')]).AssertBadInput(expected);

    [Theory]
    [InlineData("info my.sparserefine", "my.sparserefine: expected an option of info, got a word that none takes; did you mean --model my.sparserefine?")]
    [InlineData("fit model.onnx", "model.onnx: expected an option of fit, got a word that none takes; did you mean --dense model.onnx?")]
    [InlineData("merge model.onnx", "model.onnx: expected an option of merge, got a word that none takes")]
    public void Run_ModelWithoutItsOption_IsGuessed(string words, string expected)
    {
        ToolResult result = Tool.Run(words.Split(' '));
        result.AssertBadInput(expected);
        Assert.EndsWith(expected, result.Error.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OptionBeforeTheCommand_SaysSo() => Tool.Run("--verson").AssertBadInput("--verson: expected a command before it, got none; did you mean --version?");

    // Whatever takes a file and gets a folder: the error names the option and not the file system's.
    [Theory]
    [MemberData(nameof(Commands))]
    public void Run_FolderInPlaceOfAnyFile_SaysSo(string name)
    {
        foreach (Option option in Root.Subcommands.Single(c => c.Name == name).Options.Where(o => o.HelpName is "FILE" or "M.onnx" or "classes.csv" && OptionGroups.Of(o) != OptionGroups.Output))
        {
            Assert.Contains(Root.Parse([name, option.Name, _folder.Root]).Errors, error => error.Message == $"{option.Name}: expected a file, got the folder {_folder.Root}");
        }
    }

    // A value that the library refuses is complained of as the option that was typed.
    [Fact]
    public void Properties_ThatCommandsSet_HaveAnOptionThere()
    {
        (Type Type, string[] Commands, string[] Unset)[] sets =
        [
            (typeof(ScoringOptions), ["score", "watch"], ["Open", "OpenStore", "OutputStore", "Results", "StopGrace", "TimeProvider", "Watch", "Workspace", "Settle", "Rescan", "Shard"]),
            (typeof(ScoringResults), ["score", "watch"], ["Painting"]),
            (typeof(DenseModelOptions), ["score", "evaluate", "fit"], ["FallbackToCpu", "SparesMemory", "ConfigureSession", "ExecutionProvider", "FeatureOutputName", "GpuDeviceId", "IntraOpNumThreads"]),
            (typeof(RefinerTrainerOptions), ["fit"], ["WeightDecay", "Dropout", "Selector", "Gate", "Flip", "WarmupFraction", "GradientClip", "IgnoreIndex", "MinDelta"]),
        ];
        Assert.Empty(
            from set in sets
            from property in set.Type.GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name).Except(set.Unset)
            from name in set.Commands
            where PropertyOptions.Of(property, Root.Subcommands.Single(c => c.Name == name)) is null
            select $"{set.Type.Name}.{property}: expected an option of {name}");
    }

    // One letter left out, one doubled, two swapped.
    private static IEnumerable<string> Typos(string word)
    {
        int at = word.Length - 2;
        yield return word.Remove(at, 1);
        yield return word.Insert(at, $"{word[at]}");
        if (word[at] != word[at + 1])
        {
            yield return $"{word[..at]}{word[at + 1]}{word[at]}";
        }
    }
}
