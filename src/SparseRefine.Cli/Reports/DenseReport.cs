using SparseRefine.MLNet;

namespace SparseRefine.Cli.Reports;

/// <summary>How good and how fast a dense model is by itself.</summary>
/// <param name="Images">Photos.</param>
/// <param name="ClassNames">Names of the classes.</param>
/// <param name="Metrics">Its labels, from logits enlarged bilinearly to the photos' size, beside the true ones; null: no photo has labels.</param>
/// <param name="DecodeMilliseconds">A photo, mean.</param>
/// <param name="DenseMilliseconds">The model with the resizing before it, a photo, mean.</param>
/// <param name="MultiplyAdds">A photo, mean; null where the graph does not tell.</param>
/// <param name="Teacher">The same beside a teacher's answer; null: there is no teacher.</param>
internal sealed record DenseReport(
    int Images,
    IReadOnlyList<string> ClassNames,
    SemanticSegmentationMetrics? Metrics,
    double DecodeMilliseconds,
    double DenseMilliseconds,
    double? MultiplyAdds,
    DenseAgreement? Teacher);
