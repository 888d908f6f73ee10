using SparseRefine.Cli.Reports;
using SparseRefine.Training;
using Spectre.Console;
using Xunit;

namespace SparseRefine.Cli.Tests.Reports;

public sealed class ForecastLineTests
{
    [Fact]
    public void Step_TimeKnown_IsSaidOnce()
    {
        StringWriter output = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = SparseRefineTool.PlainWidth;
        Steps.Run(console, "training", 1, steps =>
        {
            ForecastLine line = new(steps, 8);
            foreach (TimeSpan? left in (TimeSpan?[])[null, TimeSpan.FromMinutes(12.4), TimeSpan.FromMinutes(12)])
            {
                line.Step(new StepReport(1, 3, 60, 0.5) { Epochs = 40, Remaining = left });
            }

            return 0;
        });
        Assert.Equal("about 12 minutes: 40 epochs of 60 steps, fewer where 8 bring nothing better", output.ToString().TrimEnd());
    }

    [Theory]
    [InlineData(0.1, "1 s")]
    [InlineData(89, "89 s")]
    [InlineData(91, "2 minutes")]
    [InlineData(5399, "90 minutes")]
    [InlineData(9000, "2.5 hours")]
    public void Text_Seconds_AreRounded(double seconds, string expected) => Assert.Equal(expected, ForecastLine.Text(TimeSpan.FromSeconds(seconds)));
}
