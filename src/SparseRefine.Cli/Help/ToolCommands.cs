using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using SparseRefine.Cli.Commands;
using SparseRefine.Cli.Options;
using Spectre.Console;

namespace SparseRefine.Cli.Help;

/// <summary>The tool's command line as a whole, and what is true of every command.</summary>
internal static class ToolCommands
{
    /// <summary>What users type.</summary>
    public const string Name = "sparserefine";

    /// <summary>Makes all commands.</summary>
    /// <param name="console">Where they print.</param>
    /// <param name="error">Where their last word about failures goes.</param>
    /// <returns>The command line's root.</returns>
    public static RootCommand Create(IAnsiConsole console, TextWriter error)
    {
        RootCommand root = new("Refines the semantic segmentation of high-resolution photos where a dense model is unsure.")
        {
            TrainDenseCommand.Create(console),
            FitCommand.Create(console),
            CalibrateCommand.Create(console),
            EvaluateCommand.Create(console),
            ScoreCommand.Create(console, error),
            WatchCommand.Create(console, error),
            MergeCommand.Create(console),
            PlanCommand.Create(console),
            WorkCommand.Create(console, error),
            StatusCommand.Create(console),
            BenchCommand.Create(console),
            InfoCommand.Create(console),
            ExportCommand.Create(console),
            DemoCommand.Create(console, error),
            CompletionCommand.Create(console),
        };
        root.Options.Clear();
        root.Add(new HelpOption("--help", "-h", "-?") { Description = "Show this help.", Action = new HelpText(console) });
        root.Add(new VersionOption("--version") { Description = "Show the version, and the runtimes that serve it.", Action = new VersionText(console) });
        JobFile.AddTo(root);
        root.SetAction(_ => HelpText.Show(console, root));
        foreach (Command command in root.Subcommands)
        {
            foreach (Option option in command.Options)
            {
                CheckFile(option);
            }

            CheckValuesFirst(command);
        }

        return root;
    }

    /// <summary>The options that can follow a command.</summary>
    /// <param name="command">The command.</param>
    /// <returns>Its own, then those of its parents that hold for it.</returns>
    public static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive)).Where(option => !option.Hidden);

    // What a command says of its options together reads their values, and would throw at a bad one; the parser would leave out what the options say.
    private static void CheckValuesFirst(Command command)
    {
        Action<CommandResult>[] checks = [.. command.Validators];
        command.Validators.Clear();
        command.Validators.Add(result =>
        {
            foreach (OptionResult option in result.Children.OfType<OptionResult>())
            {
                try
                {
                    option.Option.Validators.ForEach(check => check(option));
                    _ = option.GetValueOrDefault<object>();
                    if (option.Errors.FirstOrDefault() is ParseError error)
                    {
                        result.AddError(error.Message);
                    }
                }
                catch (InvalidOperationException e)
                {
                    result.AddError(e.Message);
                }
            }

            if (!result.Errors.Any())
            {
                Array.ForEach(checks, check => check(result));
            }
        });
    }

    // Whatever opens the file later would complain of access denied, or of a broken archive.
    private static void CheckFile(Option option)
    {
        if (option is Option<string> or Option<string[]> && OptionGroups.Of(option) != OptionGroups.Output
            && option.HelpName is string form && !form.Contains("DIR", StringComparison.Ordinal)
            && (form.Contains("FILE", StringComparison.Ordinal) || form.Contains('.', StringComparison.Ordinal)))
        {
            option.Validators.Add(result =>
            {
                if (result.Tokens.FirstOrDefault(token => Directory.Exists(token.Value))?.Value is string folder)
                {
                    result.AddError($"{option.Name}: expected a file, got the folder {folder}");
                }
            });
        }
    }
}
