using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Export;
using SparseRefine.Persistence;
using SparseRefine.Testing;

namespace SparseRefine.Faults;

/// <summary>One or two whole files of each kind, which the mutations start from. All of them are read without an error.</summary>
internal static class Corpus
{
    private const int Height = 45;
    private const int Width = 62;

    /// <summary>The network that the weight file belongs to.</summary>
    public static SparseUNet Network() => new(new SparseUNetOptions(5, 2, [4, 8], reps: 1), seed: 1);

    /// <summary>Writes the files.</summary>
    public static void Write(string folder)
    {
        byte[] pixels = StripedPhoto.Pixels(Height, Width, seed: 0, out byte[] labels);
        foreach (string name in new[] { "photo.jpg", "photo.png", "photo.webp" })
        {
            using MLImage image = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, pixels);
            image.Save(Path.Combine(folder, name));
        }

        File.WriteAllBytes(Path.Combine(folder, "photo.bmp"), PlainPhotos.Bmp(pixels, Height, Width));
        File.WriteAllBytes(Path.Combine(folder, "photo.tiff"), PlainPhotos.Tiff(pixels, Height, Width));
        File.WriteAllBytes(Path.Combine(folder, "tiled.tiff"), PlainPhotos.TiledTiff(pixels, Height, Width));
        IndexPng.Write(new LabelMap(labels, Height, Width), Path.Combine(folder, "labels.png"), [0, 0, 0, 255, 255, 0]);
        IndexPng.Write(new LabelMap([.. labels.Select(l => (byte)(1 - l))], Height, Width), Path.Combine(folder, "labels-palette.png"), [255, 255, 0, 0, 0, 0]);
        using (MLImage colors = MLImage.CreateFromPixels(
            Width, Height, MLPixelFormat.Rgba32, [.. labels.SelectMany(l => l == 0 ? new byte[] { 0, 0, 0, 255 } : [255, 255, 0, 255])]))
        {
            colors.Save(Path.Combine(folder, "labels-colors.png"));
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), """{"scale":0.5,"sizeMultiple":32,"mean":[123.7,116.3,103.5],"std":[58.4,57.1,57.4],"channelOrder":"Rgb","interpolation":"Area"}""");
        File.WriteAllText(
            Path.Combine(folder, "preprocessor_config.json"),
            """{"do_normalize":true,"do_rescale":true,"rescale_factor":0.00392156862745098,"image_mean":[0.485,0.456,0.406],"image_std":[0.229,0.224,0.225],"image_processor_type":"SegformerImageProcessor"}""");
        File.WriteAllText(Path.Combine(folder, "classes.csv"), "id,name,r,g,b\n0,ground,0,0,0\n1,\"stripe, \"\"bright\"\"\",255,255,0\n");
        File.WriteAllBytes(Path.Combine(folder, "small.onnx"), SmallModel());
        File.WriteAllBytes(Path.Combine(folder, "large.onnx"), FeatureRefinementExport.ToOnnx(new FeatureRefinementNetwork(
            new FeatureRefinementOptions(2) { Channels = [8, 8, 8, 8], Blocks = [1, 1, 1, 1], DecoderChannels = 8 }, seed: 1)));
        using (FileStream weights = File.Create(Path.Combine(folder, "refiner.safetensors")))
        {
            SafeTensors.Write(weights, Network().Parameters, new Dictionary<string, string> { ["written-by"] = "faults" });
        }

        Fit(folder);
    }

    /// <summary>The files of a kind.</summary>
    public static string[] Files(InputKind kind) => kind switch
    {
        InputKind.Jpeg => ["photo.jpg"],
        InputKind.Png => ["photo.png"],
        InputKind.Webp => ["photo.webp"],
        InputKind.Bmp => ["photo.bmp"],
        InputKind.Tiff => ["photo.tiff", "tiled.tiff"],
        InputKind.LabelMap => ["labels.png"],
        InputKind.LabelColors => ["labels-colors.png", "labels-palette.png"],
        InputKind.Config => ["config.json", "preprocessor_config.json"],
        InputKind.Classes => ["classes.csv"],
        InputKind.Onnx => ["small.onnx", "large.onnx"],
        InputKind.Model => ["model.sparserefine", "pipeline.sparserefine"],
        _ => ["refiner.safetensors"],
    };

    /// <summary>All files.</summary>
    public static IReadOnlyList<(InputKind Kind, string Name)> All { get; } =
        [.. Enum.GetValues<InputKind>().SelectMany(kind => Files(kind).Select(name => (kind, name)))];

    // Two scores a pixel, -brightness and +brightness, through one node of each kind whose attributes and sizes decide about memory.
    private static byte[] SmallModel() => new OnnxModelBuilder()
        .Input("image", OnnxModelBuilder.Float, -1, 3, -1, -1)
        .Weights("w", [-1, -1, -1, 1, 1, 1], 2, 3, 1, 1)
        .Weights("scales", [1, 1, 2, 2], 4)
        .Node("Conv", ["image", "w"], ["scores"], ("kernel_shape", new long[] { 1, 1 }), ("pads", new long[] { 0, 0, 0, 0 }), ("group", 1))
        .Node("AveragePool", ["scores"], ["pooled"], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
        .Node("Resize", ["pooled", "", "scales"], ["logits"])
        .Output("logits", OnnxModelBuilder.Float, -1, 2, -1, -1)
        .Build();

    private static void Fit(string folder)
    {
        MLContext context = new(seed: 1);
        SemanticSegmentationCatalog catalog = context.SemanticSegmentation;
        PhotoPair pair = new() { ImagePath = Path.Combine(folder, "photo.png"), LabelPath = Path.Combine(folder, "labels.png") };
        using var model = TinyPipeline.Fit(
            context,
            SmallModel(),
            new DenseModelOptions { Scale = 0.5, SizeMultiple = 2, IntraOpNumThreads = 1 },
            ClassList.Load(Path.Combine(folder, "classes.csv")),
            "fraction:0.25",
            pair);
        catalog.Save(model, null, Path.Combine(folder, "model.sparserefine"));

        // The same behind ML.NET's own transformer, with the schema of its input: two more readers in one file.
        IDataView rows = context.Data.LoadFromEnumerable([pair]);
        var photos = context.SemanticSegmentation.LoadPhotos("Image", null, nameof(PhotoPair.ImagePath)).Fit(rows);
        catalog.Save(new TransformerChain<ITransformer>([photos, .. model]), rows.Schema, Path.Combine(folder, "pipeline.sparserefine"));
    }
}
