using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Data;
using SparseRefine.Benchmarks.Harness;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Benchmarks.Scoring;

/// <summary><c>score</c>: a scoring job's images a second beside those of its stages, measured in turn.</summary>
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
                Images a second, medians of {rounds} rounds in turn, {images} photos and {images * 8} crops a round. Each stage by itself has the job's threads; the models use all
                processors in any case. *in turn* is the sum of the stages: what one would get if nothing overlapped.

                | images | workers | decode | models | write | in turn | job | job / slowest stage | job / in turn |
                |---|---:|---:|---:|---:|---:|---:|---:|---:|
                """);
            foreach ((string name, string[] files, int count) in new[] { ("3504x2336", photos, images), ($"{SmallSide}x{SmallSide}", crops, images * 8) })
            {
                ScoringStages stages = new(model, files, folder);
                List<ScoringRates>[] rates = [[], []];
                for (int round = 0; round < rounds; round++)
                {
                    rates[0].Add(stages.Measure(1, count));
                    rates[1].Add(stages.Measure(2, count));
                }

                for (int i = 0; i < rates.Length; i++)
                {
                    double Median(Func<ScoringRates, double> of) => rates[i].Select(of).Order().ElementAt(rates[i].Count / 2);
                    text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {i + 1} | {Median(r => r.Decode):0.00} | {Median(r => r.Score):0.00} | {Median(r => r.Write):0.00} | {Median(r => r.InTurn):0.00} | {Median(r => r.Job):0.00} | {Median(r => r.Job / r.Slowest):0.00} | {Median(r => r.Job / r.InTurn):0.00} |");
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
