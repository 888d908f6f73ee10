using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using SparseRefine.Cli.Tests;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace SparseRefine.Cluster.Tests.Commands;

/// <summary>The files of samples/Cluster: all parse, and their command lines are such as the tool takes.</summary>
public sealed partial class ClusterSampleTests
{
    private static readonly string Folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "..", "samples", "Cluster"));

    public static TheoryData<string> Yaml => [.. Directory.EnumerateFiles(Folder, "*.y*ml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file))];

    public static TheoryData<string> Texts => ["README.md", "plain.sh", "slurm.sh", "../docs/many-machines.md"];

    [Theory]
    [MemberData(nameof(Yaml))]
    public void Yaml_OfAPlatform_ParsesAndStartsTheToolWithOptionsThatItHas(string name)
    {
        YamlStream documents = [];
        documents.Load(new StringReader(File.ReadAllText(Path.Combine(Folder, name))));

        string[][] commands = [.. documents.SelectMany(document => document.AllNodes).OfType<YamlSequenceNode>()
            .Select(words => words.Select(word => $"{word}" is "$(JOB_COMPLETION_INDEX)" ? "0" : $"{word}").ToArray())
            .Where(words => words is ["work" or "plan" or "status", ..])];

        Assert.NotEmpty(commands);
        Assert.All(commands, AssertTaken);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void CommandLine_OfAPageOrScript_HasOptionsThatTheToolHas(string name)
    {
        string[][] commands = [.. Line().Matches(File.ReadAllText(Path.Combine(Folder, name))).Select(match => Words(match.Groups[1].Value))];

        Assert.NotEmpty(commands);
        Assert.All(commands, AssertTaken);
    }

    [Fact]
    public void Dashboard_Queries_NameInstrumentsThatThereAre()
    {
        string text = File.ReadAllText(Path.Combine(Folder, "dashboard.json"));
        using JsonDocument json = JsonDocument.Parse(text);
        string meters = string.Join(' ', Directory.EnumerateFiles(Path.Combine(Folder, "../../src"), "*Instruments.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        string[] known = [.. Instrument().Matches(meters).Select(match => match.Groups[1].Value.Replace('.', '_'))];

        string[] asked = [.. Series().Matches(text).Select(match => match.Value).Distinct()];

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains(known, instrument => Unit().Replace(name, "") == instrument));
    }

    // The options as a file of them: parsed and checked, and nothing is done.
    private static void AssertTaken(string[] words) => Tool.Run([.. words, "--print-config"]).AssertSuccess();

    // Variables stand for values; without one a line's optional rest is nothing.
    private static string[] Words(string line) => [.. Optional().Replace(line, "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .TakeWhile(word => word is not ("&" or "||" or "|" or "#" or "..."))
        .Select(word => word.Trim('"', '`'))
        .Select(word => word.Contains("ARRAY_TASK", StringComparison.Ordinal) || word is "{}" ? "0" : word.Contains("CPUS", StringComparison.Ordinal) ? "2" : word is "$BROKER" ? "amqp://localhost" : word)];

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"(?:sparserefine|\$tool|\$\{SPARSEREFINE:-sparserefine\}) ((?:plan|work|status|merge) --[^\n`)]*)")]
    private static partial Regex Line();

    [GeneratedRegex(@"\$\{(?:PLAN|WORK):-\}|\s#.*")]
    private static partial Regex Optional();

    [GeneratedRegex(@"""(sparserefine\.[a-z._]+)""")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"sparserefine_[a-z_]+")]
    private static partial Regex Series();

    // What Prometheus adds: units, and the kind of a series.
    [GeneratedRegex(@"(_seconds)?(_total|_bucket|_sum|_count)?$|_ratio$")]
    private static partial Regex Unit();
}
