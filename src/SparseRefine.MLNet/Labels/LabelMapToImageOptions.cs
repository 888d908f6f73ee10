namespace SparseRefine.MLNet;

/// <summary>Columns and colors of painted label maps.</summary>
public sealed class LabelMapToImageOptions
{
    /// <summary>The image column to add.</summary>
    public string OutputColumnName { get; init; } = "LabelImage";

    /// <summary>The column of label maps; null: the same name as <see cref="OutputColumnName"/>.</summary>
    public string? InputColumnName { get; init; } = "PredictedLabel";

    /// <summary>The colors; null: those that the column of label maps carries, else a fixed palette.</summary>
    public ClassList? ClassList { get; init; }
}
