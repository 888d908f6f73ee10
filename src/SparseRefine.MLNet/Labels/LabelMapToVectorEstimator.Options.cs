namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class LabelMapToVectorEstimator
{
    /// <summary>Columns of a copy of label maps into vectors.</summary>
    public sealed record Options
    {
        /// <summary>The column to add, of vectors of bytes.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "LabelVector";

        /// <summary>The column of label maps; null: the same name as <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; init; } = "PredictedLabel";
    }
}
