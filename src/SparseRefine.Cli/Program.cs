using System.Runtime.InteropServices;
using SparseRefine.Cli;
using Spectre.Console;

using CancellationTokenSource source = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings());
if (!console.Profile.Out.IsTerminal)
{
    // Plain lines must not be broken where no terminal has an edge.
    console.Profile.Width = SparseRefineTool.PlainWidth;
}

return await SparseRefineTool.RunAsync(args, console, Console.Error, source.Token);

// The first signal asks the running command to stop in order; the next one meets the default handler.
void Cancel(PosixSignalContext context)
{
    if (!source.IsCancellationRequested)
    {
        context.Cancel = true;
        source.Cancel();
    }
}
