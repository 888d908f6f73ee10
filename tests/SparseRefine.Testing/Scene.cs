using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using SparseRefine.Training;

namespace SparseRefine.Testing;

/// <summary>Small photos with labels in a folder of their own, and pipelines over them.</summary>
public sealed class Scene : IDisposable
{
    public const int Height = 24;
    public const int Width = 40;

    public Scene(int photos = 3)
    {
        Folder = Directory.CreateTempSubdirectory("sparserefine-").FullName;
        var random = new Random(7);
        for (int i = 0; i < photos; i++)
        {
            Pairs.Add(WritePhoto($"photo{i}", random));
        }
    }

    public MLContext Context { get; } = new(seed: 1);

    public SemanticSegmentationCatalog Catalog => Context.SemanticSegmentation;

    public string Folder { get; }

    public List<PhotoPair> Pairs { get; } = [];

    public IDataView Data => Context.Data.LoadFromEnumerable(Pairs);

    /// <summary>The model's scores are the photo's red, green and blue, so the reddest pixels are class 0 and so on.</summary>
    public DenseSegmentationEstimator Dense(ClassList? classes = null) => Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
    {
        ModelBytes = OnnxModelBuilder.Identity(),
        ClassList = classes,
        Scale = 0.5,
        SizeMultiple = 1,
        Mean = [0, 0, 0],
        Std = [64, 64, 64],
        IntraOpNumThreads = 1,
    });

    /// <summary>ML.NET's own loader, so that pipelines of both kinds of parts are tested; samples and documents use LoadPhotos.</summary>
    public IEstimator<ITransformer> Inputs() => Context.Transforms.LoadImages("Image", null, "ImagePath")
        .Append(Catalog.LoadLabelMaps("Label", null, "LabelPath"));

    public SparseRefinementTrainer.Options Refinement(
        Action<EpochReport>? callback = null, IDataView? validation = null, ClassList? classes = null) => new()
        {
            Selector = SparseRefine.Selectors.PixelSelector.Parse("fraction:0.25"),
            MetricsCallback = callback,
            ValidationSet = validation,
            ClassList = classes,
            Planes = [4, 8],
            Reps = 1,
            Residual = false,
            Epochs = 2,
            BatchSize = 2,
            CropHeight = Height,
            CropWidth = Width,
            Threads = 1,
        };

    /// <summary>LoadImages, LoadLabelMaps, dense model and a trained refiner.</summary>
    public TransformerChain<SparseRefinementTransformer> Fit(ClassList? classes = null) =>
        Inputs().Append(Dense()).Append(Catalog.Trainers.SparseRefinement(Refinement(classes: classes))).Fit(Data);

    public static ClassList Classes() => new(["red", "green", "blue"], [255, 0, 0, 0, 255, 0, 0, 0, 255]);

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private PhotoPair WritePhoto(string name, Random random)
    {
        byte[] pixels = new byte[Height * Width * 4];
        byte[] labels = new byte[Height * Width];
        int edge = random.Next(8, Width - 8);
        for (int i = 0; i < labels.Length; i++)
        {
            int label = i / Width < 8 ? 2 : i % Width < edge ? 0 : 1;
            labels[i] = (byte)label;
            for (int c = 0; c < 3; c++)
            {
                pixels[(i * 4) + c] = (byte)((2 - c == label ? 150 : 60) + random.Next(80));
            }

            pixels[(i * 4) + 3] = 255;
        }

        using MLImage image = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Bgra32, pixels);
        var pair = new PhotoPair { ImagePath = PathOf(name + ".png"), LabelPath = PathOf(name + "_label.png") };
        image.Save(pair.ImagePath);
        IndexPng.Write(new LabelMap(labels, Height, Width), pair.LabelPath);
        return pair;
    }
}
