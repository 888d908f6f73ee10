using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class GatedEnsemblingTrainer
{
    /// <summary>
    /// Columns and training of a gate, the small network that weighs the dense and the sparse answer of a pixel. Both answers are given, so a
    /// training step takes one window of CropHeight x CropWidth of a photo as it is; the batch size and what builds the sparse network (features,
    /// planes, reps, dropout) are not used.
    /// </summary>
    public sealed record Options : RefinementTrainerOptions
    {
        /// <summary>Starts with the defaults.</summary>
        public Options()
        {
        }

        /// <summary>Starts with given settings of training.</summary>
        /// <param name="training">The settings.</param>
        public Options(RefinerTrainerOptions training)
            : base(training)
        {
        }

        /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "PredictedLabel";

        /// <summary>The column of logits.</summary>
        public string LogitsColumnName { get; init => field = Checked.Name(value); } = "Logits";

        /// <summary>The column of selected pixels.</summary>
        public string SelectedColumnName { get; init => field = Checked.Name(value); } = "Selected";

        /// <summary>The column of the sparse network's logits.</summary>
        public string SparseLogitsColumnName { get; init => field = Checked.Name(value); } = "SparseLogits";

        /// <summary>Names and colors of the classes; null: unknown.</summary>
        public ClassList? ClassList { get; init; }

        /// <summary>A fitted gated ensembling to start from, of the same form and classes; not changed. Null starts anew.</summary>
        public EnsemblingTransformer? WarmStart { get; init; }

        internal EnsemblingEstimator.Options Ensembling => new()
        {
            OutputColumnName = OutputColumnName,
            LogitsColumnName = LogitsColumnName,
            SelectedColumnName = SelectedColumnName,
            SparseLogitsColumnName = SparseLogitsColumnName,
            Interpolation = Interpolation,
            ClassList = ClassList,
            Threads = Threads,
        };
    }
}
