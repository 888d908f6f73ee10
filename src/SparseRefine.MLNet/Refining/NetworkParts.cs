using System.Text.Json.Nodes;
using SparseRefine.Networks;

namespace SparseRefine.MLNet;

/// <summary>Networks in a model file; one without a kind is a sparse U-Net.</summary>
internal static class NetworkParts
{
    private const string Weights = "extractor.safetensors";

    private const string FineColumnKind = "fine-column";

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

        if (network is FineColumn fine)
        {
            part.Options["network"] = FineColumnKind;
            part.Options["residuals"] = fine.Options.HasResiduals;
            part.Options["coarseFeatures"] = fine.Options.CoarseFeatures;
        }

        part.AddWeights(Weights, network.Parameters);
    }

    public static RefinerNetwork Read(PartReader part)
    {
        (int inputs, int classes, int[] planes, int reps) =
            (part.Integer("inputChannels"), part.Integer("classes"), part.Integers("planes"), part.Integer("reps"));
        RefinerNetwork network = part.OptionalText("network") switch
        {
            null => new SparseUNet(
                new SparseUNetOptions(inputs, classes, planes, reps, probabilityColumn: part.OptionalInteger("probabilityColumn")), seed: 0),
            FineColumnKind => new FineColumn(
                new FineColumnOptions(inputs, classes, planes, reps, part.Flag("residuals"), part.Integer("coarseFeatures")), seed: 0),
            var other => throw part.Invalid($"a network {FineColumnKind} or none named", $"'{other}'"),
        };
        part.ReadWeights(Weights, network.Parameters);
        return network;
    }
}
