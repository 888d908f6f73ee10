using System.Text.Json.Nodes;
using SparseRefine.Networks;

namespace SparseRefine.MLNet;

/// <summary>Networks in a model file; one without a kind is a sparse U-Net.</summary>
internal static class NetworkParts
{
    private const string Weights = "extractor.safetensors";

    private const string FineColumnKind = "fine-column";

    private const string UniversalKind = "universal";

    public static void Write(RefinerNetwork network, PartWriter part)
    {
        part.Options["classes"] = network.Classes;
        part.Options["inputChannels"] = network.InputChannels;
        part.Options["planes"] = new JsonArray([.. network.Planes.Select(p => JsonValue.Create(p))]);
        part.Options["reps"] = network.Reps;
        if (network is SparseUNet { Options.ProbabilityColumn: int column })
        {
            part.Options["probabilityColumn"] = column;
        }

        if (network is SparseUNet { Features: NormedLinear inner })
        {
            part.Options["coarseFeatures"] = inner.Inputs;
            part.Options["featureChannels"] = inner.Outputs;
        }

        if (network is FineColumn fine)
        {
            part.Options["network"] = FineColumnKind;
            part.Options["residuals"] = fine.Options.HasResiduals;
            part.Options["coarseFeatures"] = fine.Options.CoarseFeatures;
        }

        if (network is UniversalNetwork)
        {
            part.Options["network"] = UniversalKind;
        }

        part.AddWeights(Weights, network.Parameters);
    }

    public static RefinerNetwork Read(PartReader part)
    {
        (int inputs, int classes, int[] planes, int reps) =
            (part.Integer("inputChannels"), part.Integer("classes"), part.Integers("planes"), part.Integer("reps"));
        string? kind = part.OptionalText("network");
        Func<RefinerNetwork> create;
        double convolutions = reps;
        double rest = 0;
        if (kind is null)
        {
            var options = new SparseUNetOptions(
                inputs,
                classes,
                planes,
                reps,
                probabilityColumn: part.OptionalInteger("probabilityColumn"),
                coarseFeatures: part.OptionalInteger("coarseFeatures") ?? 0,
                featureChannels: part.OptionalInteger("featureChannels") ?? SparseUNetOptions.StandardFeatureChannels);
            create = () => new SparseUNet(options, seed: 0);
            convolutions = 2.0 * reps;
            rest = (double)options.FeatureChannels * (options.CoarseFeatures + (9.0 * planes[0]));
        }
        else if (kind == FineColumnKind)
        {
            var options = new FineColumnOptions(inputs, classes, planes, reps, part.Flag("residuals"), part.Integer("coarseFeatures"));
            create = () => new FineColumn(options, seed: 0);
            rest = planes.Skip(1).Sum(p => (double)options.CoarseFeatures * p);
        }
        else if (kind == UniversalKind)
        {
            var options = new UniversalNetworkOptions(classes, planes, reps);
            create = () => new UniversalNetwork(options, seed: 0);
            (inputs, classes) = (PairFeatures.Channels, 1);
            convolutions = 2.0 * reps;
        }
        else
        {
            throw part.Invalid($"a network {FineColumnKind}, {UniversalKind} or none named", $"'{kind}'");
        }

        // The stem, each level's convolutions of one direction, the last layer, what reads the dense model's features: a network has all of these, and some more.
        part.ExpectWeights(Weights, (planes[0] * ((9.0 * inputs) + classes)) + planes.Sum(p => 9.0 * convolutions * p * p) + rest);
        RefinerNetwork network = create();
        part.ReadWeights(Weights, network.Parameters);
        return network;
    }
}
