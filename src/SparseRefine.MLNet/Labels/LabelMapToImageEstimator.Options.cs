namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class LabelMapToImageEstimator
{
    /// <summary>Columns and colors of painted label maps.</summary>
    public sealed record Options : PaintOptions
    {
        /// <summary>The image column to add.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "LabelImage";

        /// <summary>The column of label maps.</summary>
        public string LabelMapColumnName { get; init => field = Checked.Name(value); } = "PredictedLabel";

        /// <summary>The column of photos to lay the colors over, each of its label map's size; null: the colors alone are painted.</summary>
        public string? ImageColumnName { get; init; }

        /// <summary>The colors; null: those that the column of label maps carries, else a fixed palette.</summary>
        public ClassList? ClassList { get; init; }
    }
}
