using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using SparseRefine.Cli.Commands;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli;

/// <summary>The tool as a function: words in, an exit code out.</summary>
internal static class SparseRefineTool
{
    /// <summary>Columns of an output that is no terminal.</summary>
    public const int PlainWidth = 400;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after the tool's name.</param>
    /// <param name="console">Where results and progress go.</param>
    /// <param name="error">Where the one line about a failure goes.</param>
    /// <param name="cancellation">Stops the command in order.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        string[] args, IAnsiConsole console, TextWriter error, CancellationToken cancellation = default)
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
            BenchCommand.Create(console),
            InfoCommand.Create(console),
            ExportCommand.Create(console),
            DemoCommand.Create(console, error),
        };
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            string? own = parsed.UnmatchedTokens.FirstOrDefault(word => DenseModelOptionGroup.Names.Contains(word));
            error.WriteLine(own is null
                ? OneLine(parsed.CommandResult.Command == root && args.Length > 0
                    ? $"{args[0]}: expected a command ({string.Join(", ", root.Subcommands.Select(c => c.Name))}), got none of this name"
                    : parsed.Errors[0].Message)
                : $"{own}: expected no such option for {parsed.CommandResult.Command.Name}: a model file has its own from fit (info --model shows it), got it");
            return ExitCodes.BadInput;
        }

        try
        {
            InvocationConfiguration configuration = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = console.Profile.Out.Writer,
                Error = error,
            };
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (Exception failure)
        {
            return Report(failure, error, cancellation);
        }
    }

    /// <summary>Says in one line what a command failed of.</summary>
    /// <param name="thrown">What it threw.</param>
    /// <param name="error">Where the line goes.</param>
    /// <param name="cancellation">Whether the command was stopped.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    internal static int Report(Exception thrown, TextWriter error, CancellationToken cancellation)
    {
        Exception failure = Root(thrown);
        if (failure is OperationCanceledException && cancellation.IsCancellationRequested)
        {
            error.WriteLine("cancelled, nothing is written");
            return ExitCodes.Cancelled;
        }

        // All else, an ArgumentException from the depths above all, is a bug of this program: no input explains it.
        bool isInput = failure is InvalidInputException or IOException or UnauthorizedAccessException
            or TrainingDivergedException or BadOptionException;
        error.WriteLine(OneLine(failure switch
        {
            FileNotFoundException { FileName: string name } => $"{name}: expected a file, got none",
            _ when isInput => failure.Message,
            _ => $"internal error {failure.GetType().Name}: {failure.Message}",
        }));
        return isInput ? ExitCodes.BadInput : ExitCodes.Failure;
    }

    private static Exception Root(Exception failure) => InvalidInputException.Find(failure) is InvalidInputException found ? found
        : failure is TargetInvocationException or AggregateException && failure.InnerException is not null ? Root(failure.InnerException)
        : failure;

    private static string OneLine(string text)
        => Printable.Of(string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)));
}
