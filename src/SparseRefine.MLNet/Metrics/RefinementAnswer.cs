namespace SparseRefine.MLNet;

/// <summary>One answer's metrics.</summary>
/// <param name="Full">Over all pixels.</param>
/// <param name="Selected">Over the selected pixels only.</param>
public sealed record RefinementAnswer(SemanticSegmentationMetrics Full, SemanticSegmentationMetrics Selected);
