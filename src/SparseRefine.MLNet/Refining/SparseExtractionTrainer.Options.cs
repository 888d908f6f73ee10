using SparseRefine.Networks;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class SparseExtractionTrainer
{
    /// <summary>
    /// Columns and training of a sparse extraction. The pixels are given, so a training step takes one window of
    /// CropHeight x CropWidth of a photo as it is: nothing is scaled, mirrored or recolored, and the batch size is not used.
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

        /// <summary>The image column.</summary>
        public string ImageColumnName { get; init => field = Checked.Name(value); } = "Image";

        /// <summary>The column of the dense model's logits.</summary>
        public string LogitsColumnName { get; init => field = Checked.Name(value); } = "Logits";

        /// <summary>The column of selected pixels.</summary>
        public string SelectedColumnName { get; init => field = Checked.Name(value); } = "Selected";

        /// <summary>The column to add, of <see cref="SparseLogits"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "SparseLogits";

        /// <summary>A fitted extraction to start from, of the same features, planes and reps; not changed. Null starts anew.</summary>
        public SparseExtractionTransformer? WarmStart { get; init; }
    }
}
