using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.Batch.Tests;

/// <summary>Photos, one of them damaged, and a small fitted pipeline, in a folder of their own; jobs over them write a report.</summary>
public sealed class ScoredFolder : IDisposable
{
    /// <summary>An id that would be markup if it were not encoded.</summary>
    public const string OddName = "a&lt<b>'x'.png";

    /// <summary>A class name that would be a script if it were not encoded.</summary>
    public const string OddClass = "floor </script><script>alert(1)</script>";

    private const int Height = 120;
    private const int Width = 180;

    public ScoredFolder()
    {
        Directory.CreateDirectory(this["photos"]);
        for (int i = 0; i < 6; i++)
        {
            WritePhoto(i);
        }

        byte[] whole = File.ReadAllBytes(this[$"photos/{Name(1)}"]);
        File.WriteAllBytes(this["photos/damaged.png"], whole[..(whole.Length / 2)]);
        MLContext context = new(seed: 1);
        using var model = TinyPipeline.Fit(
            context,
            OnnxModelBuilder.Identity(),
            new DenseModelOptions { Scale = 0.25, SizeMultiple = 1, Mean = [0, 0, 0], Std = [40, 40, 40], IntraOpNumThreads = 1 },
            new ClassList(["ground", "bar", OddClass], [40, 90, 200, 250, 180, 40, 60, 160, 80]),
            "entropy:0.5",
            new PhotoPair { ImagePath = this[$"photos/{Name(1)}"], LabelPath = this["labels.png"] });
        context.SemanticSegmentation.Save(model, null, this["model.sparserefine"]);
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("sparserefine-report-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public static string Name(int photo) => photo == 0 && !OperatingSystem.IsWindows() ? OddName : $"photo{photo}.png";

    /// <summary>Scores photos into a folder and writes the report beside it.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="photos">The photos; none: all files.</param>
    /// <returns>The page's path, how the job ended, and the report.</returns>
    public async Task<(string Page, ScoringSummary Summary, HtmlReport Report)> Score(string output, params string[] photos)
    {
        string folder = this[output + "-report"];
        HtmlReport report = new(folder);
        ScoringOptions options = new()
        {
            Model = this["model.sparserefine"],
            Output = this[output],
            Inputs = new ScoringInputs
            {
                Reader = new StringReader(string.Join('\n', photos.Length > 0 ? photos : [.. Directory.EnumerateFiles(this["photos"]).Select(f => Path.GetFileName(f)!)])),
                Root = this["photos"],
            },
        };
        ScoringSummary summary = await new ScoringJob(options, report).RunAsync();
        return (Path.Combine(folder, HtmlReport.FileName), summary, report);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    // Bars on a ground, as wide as the number of the photo says, so that densities differ.
    private void WritePhoto(int number)
    {
        Random random = new(number);
        byte[] pixels = new byte[Height * Width * 4];
        byte[] labels = new byte[Height * Width];
        for (int i = 0; i < labels.Length; i++)
        {
            int label = ((i % Width) + (i / Width / 2)) % (12 + (4 * number)) < 6 + number ? 1 : i / Width > Height - 20 ? 2 : 0;
            labels[i] = (byte)label;
            for (int c = 0; c < 3; c++)
            {
                pixels[(i * 4) + c] = (byte)((c == label ? 160 : 50) + random.Next(60));
            }

            pixels[(i * 4) + 3] = 255;
        }

        using MLImage image = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, pixels);
        string file = this[$"photos/{Name(number)}"];
        image.Save(file);
        if (number == 1)
        {
            IndexPng.Write(new LabelMap(labels, Height, Width), this["labels.png"]);
        }
    }
}
