using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class VectorToLogitsEstimator
{
    /// <summary>
    /// Columns, shape and meaning of score vectors that become <see cref="LogitMap"/>s. Immutable; a value out of range is an error where it is set.
    /// </summary>
    public sealed record Options
    {
        /// <summary>The column to add, of <see cref="LogitMap"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "Logits";

        /// <summary>The column of vectors of Single, such as an output of ApplyOnnxModel; null: the same name as <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; init; }

        /// <summary>Number of classes, 2 to 255; null: as the column's dimensions or the other two sizes say.</summary>
        public int? Classes { get; init => field = Checked.That(value, value is null or (>= 2 and <= 255), "2 to 255"); }

        /// <summary>Rows of a plane; null: as the column's dimensions or the other two sizes say.</summary>
        public int? Height { get; init => field = Checked.That(value, value is null or >= 1, "at least 1"); }

        /// <summary>Columns of a plane; null: as the column's dimensions or the other two sizes say.</summary>
        public int? Width { get; init => field = Checked.That(value, value is null or >= 1, "at least 1"); }

        /// <summary>The order of the axes.</summary>
        public LogitLayout Layout { get; init => field = Checked.Defined(value); } = LogitLayout.ClassesFirst;

        /// <summary>What the scores mean; <see cref="ScoreKind.Auto"/> decides row by row, as there is no graph to look at.</summary>
        public ScoreKind ScoreKind { get; init => field = Checked.Defined(value); } = ScoreKind.Auto;

        /// <summary>Names and colors of the classes, which the columns' annotations then tell all the way to the metrics; null: unknown.</summary>
        public ClassList? ClassList { get; init; }
    }
}
