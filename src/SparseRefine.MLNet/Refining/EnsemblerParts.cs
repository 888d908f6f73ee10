using SparseRefine.Ensemblers;

namespace SparseRefine.MLNet;

/// <summary>Ensemblers in a model file.</summary>
internal static class EnsemblerParts
{
    private const string Weights = "gate.safetensors";

    public static void Write(Ensembler ensembler, PartWriter part)
    {
        switch (ensembler)
        {
            case GatedEnsembler gate:
                part.Options["ensembler"] = "gated";
                part.Options["gateClasses"] = gate.Options.Classes;
                part.Options["gateHidden"] = gate.Options.Hidden;
                part.Options["gateForm"] = gate.Options.GateForm.ToString();
                part.Options["gateMerge"] = gate.Options.HasMerge;
                part.AddWeights(Weights, gate.Parameters);
                break;
            case EntropyEnsembler:
                part.Options["ensembler"] = "entropy";
                break;
            case AverageEnsembler:
                part.Options["ensembler"] = "average";
                break;
            case ReplaceEnsembler:
                part.Options["ensembler"] = "replace";
                break;
            default:
                throw new NotSupportedException(
                    $"ensembler: expected one of SparseRefine's own, got {ensembler.GetType().Name}");
        }
    }

    public static Ensembler Read(PartReader part)
    {
        switch (part.Text("ensembler"))
        {
            case "gated":
                var options = new GatedEnsemblerOptions(
                    part.Integer("gateClasses"), part.Integer("gateHidden"), part.Enum<GateForm>("gateForm"), part.OptionalFlag("gateMerge") ?? true);
                part.ExpectWeights(Weights, 2.0 * (options.Classes + 1) * options.Hidden);
                var gate = new GatedEnsembler(options, seed: 0);
                part.ReadWeights(Weights, gate.Parameters);
                return gate;
            case "entropy":
                return new EntropyEnsembler();
            case "average":
                return new AverageEnsembler();
            case "replace":
                return new ReplaceEnsembler();
            case var other:
                throw part.Invalid("an ensembler gated, entropy, average or replace", $"'{other}'");
        }
    }
}
