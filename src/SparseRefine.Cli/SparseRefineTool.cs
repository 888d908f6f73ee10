using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using SparseRefine.Cli.Help;
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

    private const string Help = "help";

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after the tool's name.</param>
    /// <param name="console">Where results and progress go.</param>
    /// <param name="error">Where the one line about a failure goes.</param>
    /// <param name="cancellation">Stops the command in order.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(
        string[] args, IAnsiConsole console, TextWriter error, CancellationToken cancellation = default)
    {
        RootCommand root = ToolCommands.Create(console, error);
        if (args is [Suggestions.Directive, .. string[] words])
        {
            foreach (string word in Suggestions.Of(root, words))
            {
                console.Profile.Out.Writer.WriteLine(word);
            }

            return ExitCodes.Success;
        }

        // As many tools have it: help COMMAND.
        args = args is [Help, .. string[] topic] ? [.. topic, "--help"] : args;
        ParserConfiguration form = new() { ResponseFileTokenReplacer = null };
        ParseResult parsed = root.Parse(args, form);
        JobFile? file = null;
        try
        {
            file = JobFile.Read(parsed);
            parsed = file is null ? parsed : root.Parse([.. args, .. file.Words], form);
            if (parsed.Action is ParseErrorAction || (parsed.Errors.Count == 0 && CommandLineFault.Swallowed(parsed) is not null) || JobFile.LacksCommand(parsed))
            {
                string fault = CommandLineFault.Of(parsed);
                error.WriteLine(OneLine(file?.Locate(fault) ?? fault));
                return ExitCodes.BadInput;
            }

            if (JobFile.IsAskedFor(parsed))
            {
                console.Profile.Out.Writer.WriteLine(JobFile.Text(parsed));
                return ExitCodes.Success;
            }

            InvocationConfiguration configuration = new()
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = console.Profile.Out.Writer,
                Error = error,
            };
            using TelemetryExport? export = TelemetryExport.Start();
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (Exception failure)
        {
            return Report(failure, error, cancellation, parsed.CommandResult.Command, file);
        }
    }

    /// <summary>Says in one line what a command failed of.</summary>
    /// <param name="thrown">What it threw.</param>
    /// <param name="error">Where the line goes.</param>
    /// <param name="cancellation">Whether the command was stopped.</param>
    /// <param name="command">The command, by whose options values are named; null: by the library's properties.</param>
    /// <param name="file">The file of options; null: none.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    internal static int Report(Exception thrown, TextWriter error, CancellationToken cancellation, Command? command = null, JobFile? file = null)
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
        string line = failure switch
        {
            BadOptionException bad when command is not null => bad.For(command),
            InvalidInputException { InputSource: "inputs" } photos when command is not null && PropertyOptions.Of("Inputs", command) is string option
                => $"{option}: expected {photos.Expected}, got {photos.Got}",
            FileNotFoundException { FileName: string name } => $"{name}: expected a file, got none",
            _ when isInput => failure.Message,
            _ => $"internal error {failure.GetType().Name}: {failure.Message}",
        };
        error.WriteLine(OneLine(file?.Locate(line) ?? line));
        return isInput ? ExitCodes.BadInput : ExitCodes.Failure;
    }

    private static Exception Root(Exception failure) => InvalidInputException.Find(failure) is InvalidInputException found ? found
        : failure is TargetInvocationException or AggregateException && failure.InnerException is not null ? Root(failure.InnerException)
        : failure;

    private static string OneLine(string text)
        => Secrets.Hide(Printable.Of(string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
}
