using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>Where a pipeline leaves what its stages found; null where it does not show it.</summary>
internal sealed record ScoringColumns(string? Logits, string? Selection, string? SparseLogits, string Labels)
{
    /// <summary>How the pipeline reads logits between their own pixels.</summary>
    public Interpolation Interpolation { get; private init; }

    /// <summary>All of them.</summary>
    public IEnumerable<string> Names => new[] { Logits, Selection, SparseLogits, Labels }.OfType<string>();

    /// <summary>Reads them from a model file's description: the last refiner, or the last ensembler and its stages, or a dense model alone.</summary>
    public static ScoringColumns Of(SavedModelDescription model)
    {
        if (Last(model, "sparse-refinement") is IReadOnlyDictionary<string, string> refiner)
        {
            return new(
                refiner.GetValueOrDefault("logits"),
                refiner.GetValueOrDefault("selection"),
                refiner.GetValueOrDefault("sparseLogits"),
                refiner["output"])
            {
                Interpolation = Enum.Parse<Interpolation>(refiner["interpolation"]),
            };
        }

        if (Last(model, "ensembling") is IReadOnlyDictionary<string, string> ensembler)
        {
            return new(ensembler["logits"], ensembler["selection"], ensembler["sparseLogits"], ensembler["output"])
            {
                Interpolation = Enum.Parse<Interpolation>(ensembler["interpolation"]),
            };
        }

        IReadOnlyDictionary<string, string>? dense = Last(model, "dense-model");
        return new(dense?.GetValueOrDefault("output"), null, null, dense?.GetValueOrDefault("labels") ?? "PredictedLabel");
    }

    private static IReadOnlyDictionary<string, string>? Last(SavedModelDescription model, string kind) =>
        model.Parts.LastOrDefault(part => part.Kind == kind)?.Options;
}
