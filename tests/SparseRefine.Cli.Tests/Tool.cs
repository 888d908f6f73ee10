using Spectre.Console;

namespace SparseRefine.Cli.Tests;

/// <summary>Runs the tool in this process, as a shell would with its output in a file.</summary>
internal static class Tool
{
    public static ToolResult Run(params string[] args) => Run(CancellationToken.None, args);

    public static ToolResult Run(CancellationToken cancellation, params string[] args)
    {
        using StringWriter output = new();
        return Run(output, cancellation, args);
    }

    /// <summary>As if Ctrl-C were pressed once the output holds a text.</summary>
    public static ToolResult RunUntil(string text, params string[] args)
    {
        using CancellationTokenSource source = new();
        using WatchedWriter output = new((text, source.Cancel));
        return Run(output, source.Token, args);
    }

    /// <summary>Does something to the world when the output first holds a text, and goes on.</summary>
    public static ToolResult RunWith((string Text, Action Action)[] events, params string[] args)
    {
        using WatchedWriter output = new(events);
        return Run(output, CancellationToken.None, args);
    }

    private static ToolResult Run(StringWriter output, CancellationToken cancellation, string[] args)
    {
        using StringWriter error = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = SparseRefineTool.PlainWidth;
        int code = SparseRefineTool.RunAsync(args, console, error, cancellation).GetAwaiter().GetResult();
        return new ToolResult(code, output.ToString(), error.ToString());
    }

    private sealed class WatchedWriter(params (string Text, Action Action)[] events) : StringWriter
    {
        private int _next;

        public override void Write(string? value)
        {
            base.Write(value);
            while (_next < events.Length && ToString().Contains(events[_next].Text, StringComparison.Ordinal))
            {
                events[_next++].Action();
            }
        }
    }
}
