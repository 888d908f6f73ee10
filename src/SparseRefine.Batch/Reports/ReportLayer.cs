namespace SparseRefine.Batch;

/// <summary>The pictures that a report shows of one image, over each other.</summary>
internal enum ReportLayer
{
    Photo,
    LowResolution,
    Mask,
    Refined,
}
