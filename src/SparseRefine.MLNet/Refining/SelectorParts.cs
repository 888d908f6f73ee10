using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>Selectors in a model file: their text, and the weights of a learned one.</summary>
internal static class SelectorParts
{
    private const string Weights = "selector.safetensors";

    public static void Write(IPixelSelector selector, PartWriter part)
    {
        part.Options["selector"] = selector.Describe();
        if (selector is LearnedSelector { Network: ActivationNetwork network })
        {
            part.Options["selectorClasses"] = network.Classes;
            part.Options["selectorFeatures"] = network.CoarseFeatures;
            part.AddWeights(Weights, network.Parameters);
        }
    }

    public static IPixelSelector Read(PartReader part)
    {
        IPixelSelector selector = PixelSelector.Parse(part.Text("selector"));
        if (selector is not LearnedSelector learned)
        {
            return selector;
        }

        (int classes, int features) = (part.Integer("selectorClasses"), part.Integer("selectorFeatures"));
        part.ExpectWeights(Weights, ActivationNetwork.FewestWeights(classes, features));
        ActivationNetwork network = new(classes, features, seed: 0);
        part.ReadWeights(Weights, network.Parameters);
        return learned.WithNetwork(network);
    }
}
