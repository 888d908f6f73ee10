namespace SparseRefine.MLNet;

/// <summary>Columns of a copy of label maps into vectors.</summary>
public sealed class LabelMapToVectorOptions
{
    /// <summary>The column to add, of vectors of bytes.</summary>
    public string OutputColumnName { get; init; } = "LabelVector";

    /// <summary>The column of label maps; null: the same name as <see cref="OutputColumnName"/>.</summary>
    public string? InputColumnName { get; init; } = "PredictedLabel";
}
