namespace SparseRefine.Metrics;

/// <summary>One answer's scores on the selected pixels and on the whole photos.</summary>
public sealed class RefinementScores
{
    internal RefinementScores(int classes, double? boundaryWidth)
    {
        Selected = new ConfusionMatrix(classes);
        Full = new ConfusionMatrix(classes);
        Boundary = boundaryWidth is double width ? new BoundaryIoU(classes, width) : null;
    }

    /// <summary>Counts over the selected pixels.</summary>
    public ConfusionMatrix Selected { get; }

    /// <summary>Counts over all pixels; those that were not selected keep the dense label.</summary>
    public ConfusionMatrix Full { get; }

    /// <summary>Boundary IoU over all pixels; null unless asked for.</summary>
    internal BoundaryIoU? Boundary { get; }

    /// <summary>Full = dense everywhere - dense on the selected pixels + this answer there.</summary>
    internal void Add(ConfusionMatrix dense, ConfusionMatrix denseSelected, ConfusionMatrix selected)
    {
        Selected.Merge(selected);
        Full.Merge(dense);
        Full.Subtract(denseSelected);
        Full.Merge(selected);
    }
}
