using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Onnx.Export;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Onnx.Tests.Export;

/// <summary>A refiner's graph from image and logits to labels, run beside the engine.</summary>
internal sealed class GraphRun : IDisposable
{
    // Closer scores than this may go either way: sums are taken in another order.
    private const float Tie = 1e-4f;

    private readonly RandomRefiner _subject;
    private readonly InferenceSession _session;

    public GraphRun(RandomRefiner subject, OnnxExportOptions? options = null, SparseRefiner? refiner = null, Action<SessionOptions>? configure = null)
    {
        _subject = subject;
        options = (options ?? new OnnxExportOptions()) with { Input = OnnxInput.ImageAndLogits };
        byte[] file = GraphExport.Build(null, null, refiner ?? subject.Refiner, subject.Classes, options, []).ToByteArray();
        using SessionOptions session = new() { IntraOpNumThreads = 1 };
        configure?.Invoke(session);
        _session = new InferenceSession(file, session);
    }

    /// <summary>Runs both and compares; a label that differs must be a tie.</summary>
    /// <returns>How many labels differ.</returns>
    public int Compare(int height, int width, int mapHeight, int mapWidth)
    {
        ImageBuffer photo = _subject.Photo(height, width);
        LogitMap logits = _subject.Logits(mapHeight, mapWidth);
        RefinementResult expected = _subject.Refiner.Refine(
            photo.View, logits, RefinementParts.Selection | RefinementParts.SparseLogits, new Workers(1));
        byte[] labels = Labels(photo, logits);
        int[] differing = [.. Enumerable.Range(0, labels.Length).Where(i => labels[i] != expected.Labels.Labels[i])];
        if (differing.Length > 0)
        {
            float[] merged = _subject.Refiner.Ensemble(logits, expected.SparseLogits!, new Workers(1));
            var rows = expected.SelectedPixels == 0 ? [] : expected.Selection!.Sites.Indices.ToArray();
            foreach (int pixel in differing)
            {
                int row = Array.IndexOf(rows, pixel);
                Assert.True(row >= 0, $"{_subject.Describe()} at {height}x{width}: pixel {pixel} is selected by one alone");
                ReadOnlySpan<float> scores = merged.AsSpan(row * _subject.Classes, _subject.Classes);
                Assert.True(
                    scores[expected.Labels.Labels[pixel]] - scores[labels[pixel]] < Tie,
                    $"{_subject.Describe()} at {height}x{width}: pixel {pixel} is {labels[pixel]}, expected {expected.Labels.Labels[pixel]} of [{string.Join(", ", scores.ToArray())}]");
            }
        }

        return differing.Length;
    }

    /// <summary>Ends the profile of the session and gives its file.</summary>
    public string EndProfiling() => _session.EndProfiling();

    /// <summary>The graph's labels.</summary>
    public byte[] Labels(ImageBuffer photo, LogitMap logits)
    {
        using IDisposableReadOnlyCollection<OrtValue> outputs = Run(photo, logits, "labels");
        Assert.Equal([1, photo.Height, photo.Width], outputs[0].GetTensorTypeAndShape().Shape);
        return outputs[0].GetTensorDataAsSpan<byte>().ToArray();
    }

    /// <summary>Runs the graph on a photo of red, green, blue.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(ImageBuffer photo, LogitMap logits, params string[] outputs)
    {
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, photo.Height, photo.Width, 3]);
        return Run(image, logits, outputs);
    }

    /// <summary>Runs the graph on a tensor.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(OrtValue image, LogitMap logits, params string[] outputs)
    {
        using OrtValue scores = OrtValue.CreateTensorValueFromMemory(logits.Values, [1, logits.Classes, logits.Height, logits.Width]);
        using RunOptions run = new();
        Dictionary<string, OrtValue> inputs = new() { ["image"] = image, ["logits"] = scores };
        using OrtValue? features = logits.Features is FeatureMap map
            ? OrtValue.CreateTensorValueFromMemory(map.Values, [1, map.Channels, map.Height, map.Width])
            : null;
        if (features is not null)
        {
            inputs["features"] = features;
        }

        return _session.Run(run, inputs, outputs);
    }

    /// <summary>Dense scores at the photo's size, [pixels, classes].</summary>
    public static float[] Interpolated(LogitMap logits, int height, int width, Interpolation mode)
    {
        LogitSampler sampler = new(logits, height, width, mode);
        float[] rows = new float[height * width * logits.Classes];
        sampler.Gather(SiteSet.OverBuffer([.. Enumerable.Range(0, height * width)], height * width, height, width), rows, new Workers(1));
        return rows;
    }

    public void Dispose() => _session.Dispose();
}
