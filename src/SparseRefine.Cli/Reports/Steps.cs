using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>Progress of a command: a bar on a terminal, and lines that stay on both.</summary>
internal abstract class Steps
{
    /// <summary>Runs some work while its progress shows.</summary>
    /// <typeparam name="T">What the work makes.</typeparam>
    /// <param name="console">Where it shows.</param>
    /// <param name="title">What is being done.</param>
    /// <param name="total">Steps of the whole work.</param>
    /// <param name="work">The work; it tells its steps.</param>
    /// <returns>What the work made.</returns>
    public static T Run<T>(IAnsiConsole console, string title, int total, Func<Steps, T> work)
    {
        if (!console.Profile.Out.IsTerminal || !console.Profile.Capabilities.Ansi)
        {
            return work(new PlainSteps(console));
        }

        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new BarSteps(console, context.AddTask(Markup.Escape(title), maxValue: total))));
    }

    /// <summary>Goes over the items of a work, a step each.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <param name="items">The items.</param>
    /// <param name="cancellation">Looked at before each.</param>
    /// <returns>The items, once.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public IEnumerable<T> Over<T>(IEnumerable<T> items, CancellationToken cancellation)
    {
        foreach (T item in items)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return item;
            Advance();
        }
    }

    /// <summary>Prints a line that stays.</summary>
    /// <param name="text">The line.</param>
    public abstract void Line(string text);

    /// <summary>A step, or a part of one, is done.</summary>
    /// <param name="amount">Steps.</param>
    public abstract void Advance(double amount = 1);

    private sealed class PlainSteps(IAnsiConsole console) : Steps
    {
        public override void Line(string text) => console.WriteLine(text);

        public override void Advance(double amount)
        {
        }
    }

    private sealed class BarSteps(IAnsiConsole console, ProgressTask task) : Steps
    {
        public override void Line(string text) => console.WriteLine(text);

        public override void Advance(double amount) => task.Increment(amount);
    }
}
