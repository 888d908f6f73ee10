using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Data;
using SparseRefine.Batch;
using SparseRefine.Benchmarks.Harness;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Benchmarks.Scoring;

/// <summary><c>score</c>: a scoring job's photos a second and its stages' times.</summary>
internal static class ScoringBenchmark
{
    private const int SmallSide = 384;

    /// <summary>Measures and writes the table.</summary>
    /// <param name="args">--images N a round, --rounds N.</param>
    /// <returns>An exit code.</returns>
    public static int Run(string[] args)
    {
        int images = Number(args, "--images", 8);
        int rounds = Number(args, "--rounds", 3);
        string results = Suite.ResultsFolder() ?? throw new InvalidOperationException("expected to run within the repository, got no results folder above");
        string samples = Path.GetFullPath(Path.Combine(results, "../../../samples"));
        string model = Path.Combine(samples, "models/fundus.sparserefine");
        string[] photos = [.. Directory.EnumerateFiles(Path.Combine(samples, "photos"), "*.jpg").Order(StringComparer.Ordinal)];
        string folder = Directory.CreateTempSubdirectory("sparserefine-score-").FullName;
        try
        {
            string[] crops = [.. photos.Select((photo, i) => Crop(photo, Path.Combine(folder, $"crop{i}.jpg")))];
            StringBuilder text = new();
            text.AppendLine(CultureInfo.InvariantCulture, $"""
                # {Cpu.Name}: scoring jobs

                {Environment.ProcessorCount} processors; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; {DenseModel.RuntimeDescription}; {DateTime.UtcNow:yyyy-MM-dd}.
                Medians of {rounds} jobs, in turn, of {images} photos or {images * 8} crops; milliseconds a photo by the journal. *overlap* is the sum of the stages over the job's time: 1 where
                nothing overlaps.

                | images | workers | images/s | decode | dense | select | extract | ensemble | encode | overlap |
                |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|
                """);
            foreach ((string name, string[] files, int count) in new[] { ("3504x2336", photos, images), ($"{SmallSide}x{SmallSide}", crops, images * 8) })
            {
                List<(double Seconds, StageTimes Times)>[] jobs = [[], []];
                for (int round = 0; round < rounds; round++)
                {
                    jobs[0].Add(Job(model, files, count, 1, Path.Combine(folder, "out")));
                    jobs[1].Add(Job(model, files, count, 2, Path.Combine(folder, "out")));
                }

                for (int i = 0; i < jobs.Length; i++)
                {
                    double Median(Func<(double Seconds, StageTimes Times), double> of) => jobs[i].Select(of).Order().ElementAt(rounds / 2);
                    string stages = string.Join(" | ", Enum.GetValues<Stage>().Select(stage => Median(job => job.Times[stage] / count).ToString("0.0", CultureInfo.InvariantCulture)));
                    text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {i + 1} | {Median(job => count / job.Seconds):0.00} | {stages} | {Median(job => job.Times.Total / 1000 / job.Seconds):0.00} |");
                }
            }

            Console.Write(text);
            string file = Path.Combine(results, $"{Cpu.FileName}.score.md");
            File.WriteAllText(file + ".part", text.ToString());
            File.Move(file + ".part", file, overwrite: true);
            Console.WriteLine($"written: {file}");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The seconds of a job and the sum of its photos' times.
    private static (double Seconds, StageTimes Times) Job(string model, string[] photos, int count, int workers, string output)
    {
        string list = output + ".csv";
        File.WriteAllLines(list, ["id,path", .. Enumerable.Range(0, count).Select(i => $"{i}.jpg,\"{photos[i % photos.Length]}\"")]);
        ScoringOptions options = new() { Model = model, Output = output, Inputs = new ScoringInputs { List = list }, Workers = workers, Resume = false };
        ScoringSummary summary = new ScoringJob(options).RunAsync().GetAwaiter().GetResult();
        return summary.Outcome == ScoringOutcome.Completed
            ? (summary.Progress.Elapsed.TotalSeconds, JournalFile.Read(Path.Combine(output, "journal.jsonl")).Aggregate(new StageTimes(), (sum, entry) => sum + entry.Ms))
            : throw new InvalidOperationException($"expected a completed job, got {summary.Outcome}: {summary.Message}");
    }

    // The middle of a photo.
    private static string Crop(string photo, string file)
    {
        using MLImage image = PhotoReader.Read(photo);
        byte[] pixels = new byte[SmallSide * SmallSide * 4];
        for (int y = 0; y < SmallSide; y++)
        {
            int from = ((((image.Height - SmallSide) / 2) + y) * image.Width) + ((image.Width - SmallSide) / 2);
            image.Pixels.Slice(from * 4, SmallSide * 4).CopyTo(pixels.AsSpan(y * SmallSide * 4));
        }

        using MLImage crop = MLImage.CreateFromPixels(SmallSide, SmallSide, image.PixelFormat, pixels);
        crop.Save(file);
        return file;
    }

    private static int Number(string[] args, string option, int standard)
    {
        int at = Array.IndexOf(args, option);
        return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : standard;
    }
}
