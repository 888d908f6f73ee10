using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
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
            using SegmentationResult expected = model.Predict(photo);
            byte[] labels = Run(session, photo);
            ReadOnlySpan<byte> own = expected.Labels.Labels;
            for (int i = 0; i < labels.Length; i++)
            {
                differing += labels[i] == own[i] ? 0 : 1;
            }

            pixels += labels.Length;
        }

        Assert.True(differing * 100_000 <= pixels, $"{differing} of {pixels} labels differ");
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
