using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Persistence;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// A fitted refiner that comes with the package and serves any dense model: its network looks at each class by itself and does not know which it is, so it
/// needs neither labels nor a fit. It brings borders to where the photo's colors change; it cannot know what the classes of a model look like, which a fit learns.
/// How it was trained and what it reaches on photos of kinds that it has not seen: <c>samples/docs/universal.md</c>.
/// </summary>
/// <example>
/// <code>
/// using var dense = SegmentationModel.FromOnnx("model.onnx");
/// using var model = dense.WithShippedRefiner();
/// using SegmentationResult result = model.Predict("photo.jpg");
/// </code>
/// </example>
public static class ShippedRefiner
{
    /// <summary>What the command line calls it.</summary>
    public const string Name = "shipped";

    /// <summary>The text form of the selector that it is used with unless another is given.</summary>
    public const string Selector = "entropy:0.2";

    private const string Resource = "SparseRefine.MLNet.universal.safetensors";
    private static readonly Lazy<UniversalNetwork> Network = new(Read);

    /// <summary>The refiner for a number of classes. All share one copy of the weights.</summary>
    /// <param name="classes">Classes of the dense model, 2 to 255.</param>
    /// <param name="selector">Finds the pixels to refine; null: <see cref="Selector"/>.</param>
    /// <returns>The refiner; thread-safe.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Another number of classes.</exception>
    public static SparseRefiner For(int classes, IPixelSelector? selector = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, 255);
        SparseRefiner refiner = new(
            PixelSelector.Parse(Selector), FeatureSpec.Parse("rgb,p"), Network.Value.For(classes), new ReplaceEnsembler(), Interpolation.Bilinear);
        return selector is null ? refiner : refiner.WithSelector(selector);
    }

    private static UniversalNetwork Read()
    {
        UniversalNetwork network = new(new UniversalNetworkOptions(classes: 2, [16, 32, 64]), seed: 0);
        using Stream weights = typeof(ShippedRefiner).Assembly.GetManifestResourceStream(Resource)!;
        SafeTensors.Read(weights, network.Parameters, Resource);
        return network;
    }
}
