using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.MLNet.Tests.Export;

/// <summary>The shipped pipeline as one graph.</summary>
public sealed class ShippedModelExportTests
{
    [Fact]
    public void ExportOnnx_ShippedPhotos_GivesTheModelsLabels()
    {
        using SegmentationModel model = SegmentationModel.Load("samples/models/fundus.sparserefine");
        using InferenceSession session = new(model.ExportOnnx());
        long differing = 0;
        long pixels = 0;
        foreach (string path in Directory.EnumerateFiles("samples/photos", "*.jpg"))
        {
            using MLImage photo = PhotoReader.Read(path);
            using SegmentationResult expected = model.Predict(photo, RefinementParts.Selection | RefinementParts.SparseLogits);
            byte[] labels = Run(session, photo);
            byte[] own = expected.Refined!.Labels.Labels;
            int[] others = [.. Enumerable.Range(0, own.Length).Where(i => labels[i] != own[i])];
            ThrowUnlessTies(model, photo, expected.Refined, others);
            differing += others.Length;
            pixels += labels.Length;
        }

        Assert.True(differing * 100_000 <= pixels, $"{differing} of {pixels} labels differ");
    }

    // The two classes' merged scores are nearly equal where a label differs.
    private static void ThrowUnlessTies(SegmentationModel model, MLImage photo, RefinementResult refined, int[] differing)
    {
        if (differing.Length == 0)
        {
            return;
        }

        LogitMap logits = model.Dense!.Run(Images.View(photo, "photo"));
        float[] merged = model.Refiner!.Ensemble(logits, refined.SparseLogits!, new Workers(0));
        foreach (int pixel in differing)
        {
            int row = refined.Selection!.Sites.Indices.BinarySearch(pixel);
            Assert.True(row >= 0, $"pixel {pixel} is selected by one alone");
            Assert.True(Math.Abs(merged[2 * row] - merged[(2 * row) + 1]) < 1e-4f, $"pixel {pixel}: {merged[2 * row]} and {merged[(2 * row) + 1]}");
        }
    }

    private static byte[] Run(InferenceSession session, MLImage photo)
    {
        ImageView view = Images.View(photo, "photo");
        byte[] colors = new byte[photo.Height * photo.Width * 3];
        for (int i = 0; i < photo.Height * photo.Width; i++)
        {
            colors[3 * i] = view.Pixels[(i * view.BytesPerPixel) + view.RedOffset];
            colors[(3 * i) + 1] = view.Pixels[(i * view.BytesPerPixel) + 1];
            colors[(3 * i) + 2] = view.Pixels[(i * view.BytesPerPixel) + view.BlueOffset];
        }

        using OrtValue image = OrtValue.CreateTensorValueFromMemory(colors, [1, photo.Height, photo.Width, 3]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["image"], [image], ["labels"]);
        return outputs[0].GetTensorDataAsSpan<byte>().ToArray();
    }
}
