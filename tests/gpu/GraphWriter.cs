using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Schema;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.Gpu;

/// <summary>Writes the graphs that the table is made of, so that the machine with the GPU needs neither models nor this library.</summary>
/// <param name="target">The folder to fill: one folder a model.</param>
/// <param name="size">Size of the photos, for a trial; null: 1024x2048 for the architectures, as the paper's figures are, and the whole photo for the shipped model.</param>
/// <param name="architectures">Folder of the dense models with random weights.</param>
/// <param name="only">One model's name; empty: all.</param>
internal sealed class GraphWriter(string target, (int Height, int Width)? size, string architectures, string only)
{
    private const double Density = 0.1;
    private const string Photo = "samples/photos/06_h.jpg";

    /// <summary>Writes all of it.</summary>
    public void Run()
    {
        if (Wants("fundus"))
        {
            using MLImage photo = size is null ? PhotoReader.Read(Photo) : Crop(size.Value);
            using SegmentationModel ours = SegmentationModel.Load("samples/models/fundus.sparserefine");
            using SegmentationModel full = SegmentationModel.FromOnnx("samples/models/fundus-full.onnx", ours.Dense!.Options with { Scale = 1, FeatureOutputName = null, OutputName = null, InputName = null });
            using SegmentationResult result = ours.Predict(photo);
            Write("fundus", photo, full, ours, result.Density!.Value);
        }

        foreach (string path in Directory.EnumerateFiles(architectures, "*.onnx").Where(path => Wants(Path.GetFileNameWithoutExtension(path))).Order(StringComparer.Ordinal))
        {
            using MLImage photo = Crop(size ?? (1024, 2048));
            using SegmentationModel full = SegmentationModel.FromOnnx(path, new DenseModelOptions { Scale = 1 });
            using SegmentationModel low = SegmentationModel.FromOnnx(path, new DenseModelOptions { Scale = 0.5 });
            float threshold = Threshold(low, photo);
            const int Classes = 19;
            SparseRefiner refiner = SparseRefiner.Untrained(RefinerMethod.SparseRefine, FeatureSpec.Parse("rgb,p"), [16, 32, 64], 2, Density, Classes, 1);
            using SegmentationModel ours = low.WithRefiner(refiner.WithSelector(new EntropySelector(threshold)));
            Write(Path.GetFileNameWithoutExtension(path), photo, full, ours, Density);
        }
    }

    private bool Wants(string name) => only.Length == 0 || only == name;

    // The middle of a real photo.
    private static MLImage Crop((int Height, int Width) size)
    {
        using MLImage whole = PhotoReader.Read(Photo);
        ImageView view = whole.AsView();
        (int top, int left) = ((whole.Height - size.Height) / 2, (whole.Width - size.Width) / 2);
        byte[] pixels = new byte[size.Height * size.Width * 4];
        for (int y = 0; y < size.Height; y++)
        {
            view.Pixels.Slice((((top + y) * whole.Width) + left) * 4, size.Width * 4).CopyTo(pixels.AsSpan(y * size.Width * 4));
        }

        return MLImage.CreateFromPixels(size.Width, size.Height, whole.PixelFormat, pixels);
    }

    // The entropy that a tenth of the pixels is above.
    private static float Threshold(SegmentationModel low, MLImage photo)
    {
        using InferenceSession session = new(low.ExportOnnx(new OnnxExportOptions { Outputs = OnnxOutputs.Entropy }));
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(Colors(photo), [1, photo.Height, photo.Width, 3]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["image"], [image], ["entropy"]);
        float[] entropies = outputs[0].GetTensorDataAsSpan<float>().ToArray();
        Array.Sort(entropies);
        return entropies[(int)((1 - Density) * entropies.Length)];
    }

    private static byte[] Colors(MLImage photo)
    {
        ImageView view = photo.AsView();
        byte[] colors = new byte[view.Height * view.Width * 3];
        for (int i = 0; i < view.Height * view.Width; i++)
        {
            colors[3 * i] = view.Pixels[(4 * i) + view.RedOffset];
            colors[(3 * i) + 1] = view.Pixels[(4 * i) + 1];
            colors[(3 * i) + 2] = view.Pixels[(4 * i) + view.BlueOffset];
        }

        return colors;
    }

    private void Write(string name, MLImage photo, SegmentationModel full, SegmentationModel ours, double density)
    {
        string folder = Directory.CreateDirectory(Path.Combine(target, name)).FullName;
        File.WriteAllBytes(Path.Combine(folder, "photo.rgb"), Colors(photo));
        string scores = $"dense/{ours.Dense!.OutputName}";
        foreach (bool isHalf in new[] { false, true })
        {
            string type = isHalf ? "float16" : "float32";
            void Save(string stage, ModelProto graph) => File.WriteAllBytes(Path.Combine(folder, $"{stage}-{type}.onnx"), graph.ToByteArray());
            Save(Stage.Full, ModelProto.Parser.ParseFrom(full.ExportOnnx(new OnnxExportOptions { Float16 = isHalf, BlockValues = 1 << 24 })));
            ModelProto whole = ModelProto.Parser.ParseFrom(ours.ExportOnnx(new OnnxExportOptions { Float16 = isHalf, Outputs = OnnxOutputs.SelectedPixels, BlockValues = 1 << 24 }));
            Save(Stage.Dense, GraphCut.To(whole, scores));
            Save(Stage.Select, GraphCut.To(whole, "selected_pixels"));
            Save(Stage.Whole, GraphCut.To(whole, "labels"));
        }

        Subject subject = new(name, photo.Height, photo.Width, density, scores, ours.Dense.Classes ?? 0);
        File.WriteAllText(Path.Combine(folder, "subject.json"), JsonSerializer.Serialize(subject));
        Console.WriteLine($"{name}: {photo.Height}x{photo.Width}, {ours.Refiner!.Selector.Describe()}");
    }
}
