using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>Columns and rule of a pixel selection.</summary>
public sealed class PixelSelectionOptions
{
    /// <summary>The column to add, of <see cref="PixelSelection"/>.</summary>
    public string OutputColumnName { get; init; } = "Selection";

    /// <summary>The column of logits.</summary>
    public string LogitsColumnName { get; init; } = "Logits";

    /// <summary>The image column, of which only the size is used.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>Finds the pixels; entropy above 0.3 nats unless set.</summary>
    public IPixelSelector Selector { get; init; } = new EntropySelector(0.3f);

    /// <summary>Threads; 0 means all processors. The result does not depend on it.</summary>
    public int Threads { get; init; }
}
