using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>Columns, shape and meaning of score vectors that become <see cref="LogitMap"/>s.</summary>
public sealed class VectorToLogitsOptions
{
    /// <summary>The column to add, of <see cref="LogitMap"/>.</summary>
    public string OutputColumnName { get; init; } = "Logits";

    /// <summary>The column of vectors of Single, such as an output of ApplyOnnxModel; null: the same name as <see cref="OutputColumnName"/>.</summary>
    public string? InputColumnName { get; init; }

    /// <summary>Number of classes, 2 to 255; null: as the column's dimensions or the other two sizes say.</summary>
    public int? Classes { get; init; }

    /// <summary>Rows of a plane; null: as the column's dimensions or the other two sizes say.</summary>
    public int? Height { get; init; }

    /// <summary>Columns of a plane; null: as the column's dimensions or the other two sizes say.</summary>
    public int? Width { get; init; }

    /// <summary>The order of the axes.</summary>
    public LogitLayout Layout { get; init; } = LogitLayout.ClassesFirst;

    /// <summary>What the scores mean; <see cref="ScoreKind.Auto"/> decides row by row, as there is no graph to look at.</summary>
    public ScoreKind ScoreKind { get; init; } = ScoreKind.Auto;

    /// <summary>Names and colours of the classes, which the columns' annotations then tell all the way to the metrics; null: unknown.</summary>
    public ClassList? ClassList { get; init; }
}
