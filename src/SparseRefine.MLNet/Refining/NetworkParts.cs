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
        var options = new SparseUNetOptions(
            part.Integer("inputChannels"),
            part.Integer("classes"),
            part.Integers("planes"),
            part.Integer("reps"),
            probabilityColumn: part.OptionalInteger("probabilityColumn"));

        // The stem, two convolutions a block, and the last layer: a network has all of these, and some more.
        part.ExpectWeights(
            Weights,
            (options.Planes[0] * ((9.0 * options.InputChannels) + options.Classes)) + options.Planes.Sum(p => 18.0 * options.Reps * p * p));
        var network = new SparseUNet(options, seed: 0);
        part.ReadWeights(Weights, network.Parameters);
        return network;
    }
}
