namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class LabelMapToSharesEstimator
{
    /// <summary>Columns and classes of the shares. Immutable; a value out of range is an error where it is set.</summary>
    public sealed record Options
    {
        /// <summary>The column to add, of vectors of Single.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "Shares";

        /// <summary>The column of label maps; null: the same name as <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; init; } = "PredictedLabel";

        /// <summary>Number of classes; null: those whose names the column of label maps carries.</summary>
        /// <exception cref="ArgumentException">Not 1 to 255.</exception>
        public int? Classes { get; init => field = Checked.That(value, value is null or (>= 1 and <= 255), "1 to 255"); }
    }
}
