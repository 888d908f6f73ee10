using SparseRefine.MLNet;

namespace SparseRefine.Cli.Reports;

/// <summary>How good and how fast a dense model is by itself.</summary>
/// <param name="Metrics">Its labels, from logits enlarged bilinearly to the photos' size, beside the true ones.</param>
/// <param name="DecodeMilliseconds">A photo, mean.</param>
/// <param name="DenseMilliseconds">The model with the resizing before it, a photo, mean.</param>
/// <param name="MultiplyAdds">A photo, mean; null where the graph does not tell.</param>
internal sealed record DenseReport(
    SemanticSegmentationMetrics Metrics, double DecodeMilliseconds, double DenseMilliseconds, double? MultiplyAdds);
