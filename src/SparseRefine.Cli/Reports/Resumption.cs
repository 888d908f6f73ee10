using Microsoft.ML;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>Says where a training that was stopped goes on, and what another begins with.</summary>
internal static class Resumption
{
    /// <summary>Prints what the log says of it.</summary>
    /// <param name="console">Where it is printed.</param>
    /// <param name="context">The training's context.</param>
    public static void Tell(IAnsiConsole console, MLContext context) => context.Log += (_, e) =>
    {
        if (e.RawMessage.Contains(": goes on after ", StringComparison.Ordinal) || e.RawMessage.Contains("; the last layer starts anew", StringComparison.Ordinal))
        {
            console.WriteLine(Printable.Of(e.RawMessage));
        }
    };
}
