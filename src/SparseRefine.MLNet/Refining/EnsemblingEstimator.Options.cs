using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class EnsemblingEstimator
{
    /// <summary>Columns and manner of merging dense and sparse answers. Immutable; a value out of range is an error where it is set.</summary>
    public sealed record Options
    {
        /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "PredictedLabel";

        /// <summary>The column of logits.</summary>
        public string LogitsColumnName { get; init => field = Checked.Name(value); } = "Logits";

        /// <summary>The column of selected pixels.</summary>
        public string SelectedColumnName { get; init => field = Checked.Name(value); } = "Selected";

        /// <summary>The column of the sparse network's logits.</summary>
        public string SparseLogitsColumnName { get; init => field = Checked.Name(value); } = "SparseLogits";

        /// <summary>How to merge.</summary>
        public EnsembleMethod Method { get; init => field = Checked.Defined(value); } = EnsembleMethod.Entropy;

        /// <summary>How dense logits are read at full resolution.</summary>
        public Interpolation Interpolation { get; init => field = Checked.Defined(value); } = Interpolation.Bilinear;

        /// <summary>Names and colors of the classes; null: unknown.</summary>
        public ClassList? ClassList { get; init; }

        /// <summary>Threads; 0 means all processors. The result does not depend on it.</summary>
        public int Threads { get; init => field = Checked.That(value, value >= 0, "0 or more"); }
    }
}
