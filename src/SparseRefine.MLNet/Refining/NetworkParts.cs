using System.Text.Json.Nodes;
using SparseRefine.Networks;

namespace SparseRefine.MLNet;

/// <summary>Sparse networks in a model file.</summary>
internal static class NetworkParts
{
    private const string Weights = "extractor.safetensors";

    public static void Write(SparseUNet network, PartWriter part)
    {
        part.Options["classes"] = network.Options.Classes;
        part.Options["inputChannels"] = network.Options.InputChannels;
        part.Options["planes"] = new JsonArray([.. network.Options.Planes.Select(p => JsonValue.Create(p))]);
        part.Options["reps"] = network.Options.Reps;
        if (network.Options.ProbabilityColumn is int column)
        {
            part.Options["probabilityColumn"] = column;
        }

        part.AddWeights(Weights, network.Parameters);
    }

    public static SparseUNet Read(PartReader part)
    {
        var network = new SparseUNet(
            new SparseUNetOptions(
                part.Integer("inputChannels"),
                part.Integer("classes"),
                part.Integers("planes"),
                part.Integer("reps"),
                probabilityColumn: part.OptionalInteger("probabilityColumn")),
            seed: 0);
        part.ReadWeights(Weights, network.Parameters);
        return network;
    }
}
