namespace SparseRefine.Metrics;

/// <summary>One answer's scores on the selected pixels and on the whole pictures.</summary>
public sealed class RefinementScores
{
    internal RefinementScores(int classes)
    {
        Selected = new ConfusionMatrix(classes);
        Full = new ConfusionMatrix(classes);
    }

    /// <summary>Counts over the selected pixels.</summary>
    public ConfusionMatrix Selected { get; }

    /// <summary>Counts over all pixels; those that were not selected keep the dense label.</summary>
    public ConfusionMatrix Full { get; }
}
