using System.Diagnostics;
using System.Globalization;
using SparseRefine.Batch;

namespace SparseRefine.Faults;

/// <summary><c>soak</c>: one job over very many small photos in this process; memory, native and managed, must stay flat.</summary>
internal static class SoakCommand
{
    private const int Different = 50;

    /// <summary>Runs the job and prints the slopes.</summary>
    /// <returns>0 when all photos were scored, else 1.</returns>
    public static int Run(string[] arguments)
    {
        int images = int.Parse(Value(arguments, "--images") ?? "20000", CultureInfo.InvariantCulture);
        string folder = Directory.CreateTempSubdirectory("sparserefine-soak-").FullName;
        try
        {
            Corpus.Write(folder);
            Photos(folder);
            SoakObserver memory = new(Math.Max(1, images / 200));
            List<IScoringObserver> observers = [memory];
            if (arguments.Contains("--report"))
            {
                observers.Add(new HtmlReport(Path.Combine(folder, "report")));
            }

            long started = Stopwatch.GetTimestamp();
            ScoringSummary summary = new ScoringJob(
                new ScoringOptions
                {
                    Model = Path.Combine(folder, "model.sparserefine"),
                    Output = Path.Combine(folder, "out"),
                    Inputs = new ScoringInputs { Reader = new Ids(images), Root = folder },
                    Results = new ScoringResults { Overlay = true, Mask = true, Entropy = true },
                },
                observers).RunAsync().GetAwaiter().GetResult();
            Console.WriteLine(FormattableString.Invariant(
                $"{summary.Outcome}: {summary.Progress.Done} scored, {summary.Progress.Failed} failed in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s {summary.Message}"));
            memory.Tell();
            if (Value(arguments, "--out") is string file)
            {
                memory.Write(file);
            }

            return summary.Progress.Done == images ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The same few files under many ids: what is written is new for each, what is read need not be.
    private static void Photos(string folder)
    {
        string[] kinds = ["photo.jpg", "photo.png", "photo.webp", "photo.bmp"];
        Directory.CreateDirectory(Path.Combine(folder, "in"));
        for (int i = 0; i < Different; i++)
        {
            string kind = kinds[i % kinds.Length];
            File.Copy(Path.Combine(folder, kind), Path.Combine(folder, "in", $"{i}{Path.GetExtension(kind)}"));
        }
    }

    private static string? Value(string[] arguments, string option)
    {
        int at = Array.IndexOf(arguments, option);
        return at < 0 ? null : arguments[at + 1];
    }

    /// <summary>A list that is never held as a whole.</summary>
    private sealed class Ids(int images) : TextReader
    {
        private int _number;

        public override string? ReadLine()
        {
            string[] extensions = [".jpg", ".png", ".webp", ".bmp"];
            int number = _number++;
            return number >= images ? null : string.Create(
                CultureInfo.InvariantCulture,
                $$"""{"id":"{{number / 1000}}/{{number}}","path":"in/{{number % Different}}{{extensions[number % Different % extensions.Length]}}"}""");
        }
    }
}
