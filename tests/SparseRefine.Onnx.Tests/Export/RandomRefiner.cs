using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.Onnx.Tests.Export;

/// <summary>A refiner of a kind that a seed picks, with weights and norms that are nobody's start, and a photo with logits for it.</summary>
internal sealed class RandomRefiner
{
    private static readonly string[] Selectors = ["entropy:0.4", "margin:0.5", "fraction:0.3", "pixels:150", "time:30:0.2", "random:0.2:5", "learned:0.3:8"];
    private static readonly string[] Features = ["rgb", "rgb,p", "xy,p", "rgb,xy,p,pt", "p", "pt,rgb"];

    private readonly Random _random;

    public RandomRefiner(int seed)
    {
        _random = new Random(seed);
        Classes = seed % 3 == 0 ? 2 : _random.Next(3, 9);
        Interpolation mode = _random.Next(4) == 0 ? Interpolation.Nearest : Interpolation.Bilinear;
        string selector = Selectors[seed % Selectors.Length] + (_random.Next(4) == 0 ? ":nearest" : "");
        bool isUniversal = seed % 6 == 5;
        FeatureSpec features = FeatureSpec.Parse(isUniversal ? "rgb,p" : Features[_random.Next(Features.Length)]);
        InnerChannels = seed % 4 == 1 && !isUniversal ? 5 : 0;
        RefinerNetwork network = isUniversal ? new UniversalNetwork(new UniversalNetworkOptions(Classes, [4, 6]), seed) : Network(features);
        Refiner = new SparseRefiner(WithWeights(PixelSelector.Parse(selector)), features, network, Ensembler(), mode);
        Randomize(network.Parameters);
        if (Refiner.Ensembler is GatedEnsembler gate)
        {
            Randomize(gate.Parameters);
        }
    }

    public SparseRefiner Refiner { get; }

    public int Classes { get; }

    /// <summary>Channels of the dense model's inner features that the network reads; 0: none.</summary>
    public int InnerChannels { get; }

    public string Describe() =>
        $"{Refiner.Network.GetType().Name}, {Refiner.Selector.Describe()}, {Refiner.Features.Describe()}, {Refiner.Interpolation}, {Refiner.Ensembler.GetType().Name}, planes {string.Join(',', Refiner.Network.Planes)}, reps {Refiner.Network.Reps}";

    /// <summary>A photo of noise on a ramp.</summary>
    public ImageBuffer Photo(int height, int width)
    {
        byte[] pixels = new byte[height * width * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i / 3 % width * 128 / width) + _random.Next(128));
        }

        return new ImageBuffer(pixels, height, width, PixelOrder.Rgb24);
    }

    public LogitMap Logits(int height, int width) => new(Values(Classes * height * width, 3), Classes, height, width)
    {
        Features = InnerChannels == 0 ? null : new FeatureMap(Values(InnerChannels * (height + 1) * (width + 2), 1), InnerChannels, height + 1, width + 2),
    };

    private float[] Values(int count, float scale) => [.. Enumerable.Range(0, count).Select(_ => ((2 * _random.NextSingle()) - 1) * scale)];

    private IPixelSelector WithWeights(IPixelSelector selector)
    {
        if (selector is not LearnedSelector learned)
        {
            return selector;
        }

        ActivationNetwork network = new(Classes, InnerChannels, _random.Next());
        Randomize(network.Parameters);
        return learned.WithNetwork(network);
    }

    private RefinerNetwork Network(FeatureSpec features)
    {
        if (_random.Next(3) == 0)
        {
            int[] columnPlanes = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => _random.Next(2, 7))];
            return new FineColumn(
                new FineColumnOptions(features.Channels(Classes), Classes, columnPlanes, _random.Next(1, 3), _random.Next(2) == 0, InnerChannels), _random.Next());
        }

        int? column = _random.Next(2) == 0 ? features.Column(FeatureKind.Probabilities, Classes) : null;
        int[] planes = [.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => _random.Next(2, 7))];
        return new SparseUNet(
            new SparseUNetOptions(
                features.Channels(Classes), Classes, planes, _random.Next(1, 3), probabilityColumn: column, coarseFeatures: InnerChannels, featureChannels: 3),
            _random.Next());
    }

    private Ensembler Ensembler() => _random.Next(6) switch
    {
        0 => new ReplaceEnsembler(),
        1 => new AverageEnsembler(),
        2 => new EntropyEnsembler(),
        3 => new GatedEnsembler(new GatedEnsemblerOptions(Classes, 8, GateForm.Sigmoid), _random.Next()),
        4 => new GatedEnsembler(new GatedEnsemblerOptions(Classes, 8, hasMerge: true), _random.Next()),
        _ => new GatedEnsembler(new GatedEnsemblerOptions(Classes, 8), _random.Next()),
    };

    private void Randomize(IReadOnlyList<Parameter> parameters)
    {
        foreach (Parameter parameter in parameters)
        {
            bool isVariance = parameter.Name.EndsWith("running_var", StringComparison.Ordinal);
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                parameter.Value[i] = isVariance ? 0.5f + _random.NextSingle() : parameter.Value[i] + (0.4f * (_random.NextSingle() - 0.5f));
            }
        }
    }
}
