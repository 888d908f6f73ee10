using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>Runs the commands that the pages show, each in a folder of the names they use, with cut-outs of the shipped photos in it.</summary>
public sealed partial class PageCommandTests(Crops crops) : IClassFixture<Crops>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // The tool as the pages call it, but for the size of the work: trainings and measurements of one short round, and time
    // enough for the milliseconds that a page wishes for. A watch is ended once it has scored: by SIGTERM, since a shell in the background has its children ignore SIGINT.
    private const string Tool = """
        more=()
        case $1 in
            fit)
                more=(--epochs 1 --keep-anyway)
                [[ "$*" == *--method* ]] || more+=(--planes 4,8 --reps 1)
                [[ "$*" == *--crop* ]] || more+=(--crop 64x64) ;;
            train-dense) more=(--epochs 1 --crop 64x64) ;;
            bench) more=(--rounds 1) ;;
            calibrate) set -- "${@/#300/100000}" ;;
            merge)
                sparserefine score --model my.sparserefine --images photos --out answers --shard 0/2
                sparserefine score --model my.sparserefine --images photos --out answers --shard 1/2 ;;
            work | status) sparserefine plan --model my.sparserefine --images photos --out job --slices 4 ;;
            plan) [[ "$*" != *--missing* ]] || sparserefine plan --model my.sparserefine --images photos --out job --slices 4 ;;
            watch)
                coproc dotnet exec "$TOOL" "$@" --settle 0.05
                grep -qm1 -- '->' <&"${COPROC[0]}"
                kill -TERM "$COPROC_PID"
                wait "$COPROC_PID" || [ $? -eq 130 ]
                exit ;;
        esac
        exec dotnet exec "$TOOL" "$@" "${more[@]}"
        """;

    public static IEnumerable<object[]> Commands =>
        ((string[])["README.md", "samples/docs/commands.md", "samples/docs/side-by-side.md", "samples/docs/scoring.md", "samples/docs/observing.md", "samples/docs/two-column.md"])
            .SelectMany(page => Of(page).Select(command => (page, command))).DistinctBy(row => row.command).Select(row => (object[])[row.page, row.command]);

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_OfAPage_Succeeds(string page, string command)
    {
        string folder = crops.PathOf("commands", Guid.NewGuid().ToString("N"));
        PageFolder.Prepare(folder, crops);
        ProcessStartInfo start = new("bash", ["-ec", $"sparserefine() (\n{Tool}\n)\n{command}"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TOOL"] = Path.Combine(AppContext.BaseDirectory, "SparseRefine.Cli.dll");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
        }

        Assert.True(process.ExitCode == 0, $"{page}: {command}\nexit code {process.ExitCode}\n{await output}\n{await error}");
    }

    [Fact]
    public void Commands_OfTheReadme_AreFound() => Assert.InRange(Commands.Count(row => (string)row[0] == "README.md"), 10, 40);

    // Lines of indented blocks that call the tool, a backslash joining them.
    private static IEnumerable<string> Of(string page) =>
        Block().Matches(File.ReadAllText(Repository.PathOf(page)).Replace("\\\n", " "))
            .SelectMany(block => block.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(line => Spaces().Replace(line, " "))
            .Where(line => line.StartsWith("sparserefine ", StringComparison.Ordinal) || line.Contains("| sparserefine ", StringComparison.Ordinal));

    [GeneratedRegex(@"(?:^    .*\n?)+", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
