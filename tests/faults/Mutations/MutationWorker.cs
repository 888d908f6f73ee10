using System.Globalization;
using System.Text.Json;

namespace SparseRefine.Faults;

/// <summary>
/// The child process: reads a case's number from a line of standard input, uses the file, writes the result as one line of JSON. What
/// kills or hangs it is the parent's to see.
/// </summary>
internal static class MutationWorker
{
    /// <summary>Memory that one case may take, megabytes: far above what any file of the corpus needs.</summary>
    public const double MaxMegabytes = 768;

    /// <summary>Serves until standard input ends.</summary>
    public static int Run(string folder, int seed)
    {
        using Subject subject = new(folder);
        string file = Path.Combine(folder, $"case-{Environment.ProcessId}");
        try
        {
            Console.WriteLine("ready");
            while (Console.ReadLine() is string line)
            {
                int number = int.Parse(line, CultureInfo.InvariantCulture);
                MutatedInput input = MutatedInput.Make(folder, seed, number);
                string path = file + Path.GetExtension(input.Name);
                File.WriteAllBytes(path, input.Bytes);
                input = input with { Bytes = [] };
                CaseResult result = Try(subject, input.Kind, path, number);
                File.Delete(path);
                Console.WriteLine(JsonSerializer.Serialize(result));
            }
        }
        finally
        {
            File.Delete(file);
        }

        return 0;
    }

    private static CaseResult Try(Subject subject, InputKind kind, string path, int number)
    {
        PeakMemory.Reset();
        double before = PeakMemory.Megabytes();
        TimeSpan started = Environment.CpuUsage.TotalTime;
        Exception? failure = null;
        try
        {
            subject.Use(kind, path);
        }
        catch (Exception e)
        {
            failure = e;
        }

        double ms = (Environment.CpuUsage.TotalTime - started).TotalMilliseconds;
        double peak = Math.Max(0, PeakMemory.Megabytes() - before);
        if (peak > MaxMegabytes / 4)
        {
            GC.Collect(); // the next case must not pay for this one
        }

        Outcome outcome = failure is null ? Outcome.Answered
            : failure is not InvalidInputException ? Outcome.Foreign
            : failure.Message.Contains(path, StringComparison.Ordinal) ? Outcome.Refused
            : Outcome.Unnamed;
        string message = failure is null ? "" : failure is InvalidInputException ? failure.Message : failure.ToString();
        return new CaseResult(number, peak > MaxMegabytes ? Outcome.Memory : outcome, ms, peak, message.ReplaceLineEndings(" "));
    }
}
