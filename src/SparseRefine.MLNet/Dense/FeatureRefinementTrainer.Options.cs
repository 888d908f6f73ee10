using Microsoft.ML;
using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class FeatureRefinementTrainer
{
    /// <summary>Columns, network and training of a dense model of our own.</summary>
    public sealed record Options : DenseTrainerOptions, ITrainedOptions
    {
        /// <summary>Starts with the defaults.</summary>
        public Options()
        {
        }

        /// <summary>Starts with given settings of network and training.</summary>
        /// <param name="training">The settings.</param>
        public Options(DenseTrainerOptions training)
            : base(training)
        {
        }

        /// <summary>The image column.</summary>
        public string ImageColumnName { get; init => field = Checked.Name(value); } = "Image";

        /// <summary>The column to add, of <see cref="LogitMap"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "Logits";

        /// <summary>A further column to add, of <see cref="LabelMap"/> of the photo's size; null: none.</summary>
        public string? PredictedLabelColumnName { get; init; } = "PredictedLabel";

        /// <summary>Rows that photos are resized to, at training and scoring time.</summary>
        public int Height { get; init => field = Checked.That(value, value >= 1, "at least 1"); } = 512;

        /// <summary>Columns that photos are resized to.</summary>
        public int Width { get; init => field = Checked.That(value, value >= 1, "at least 1"); } = 512;

        /// <summary>Number of classes, 2 to 255; null: that of <see cref="ClassList"/>.</summary>
        public int? Classes { get; init => field = Checked.That(value, value is null or (>= 2 and <= 255), "2 to 255"); }

        /// <summary>Names and colors of the classes, kept in the model file; null: unknown.</summary>
        public ClassList? ClassList { get; init; }

        /// <inheritdoc cref="RefinementTrainerOptions.LabelColumnName"/>
        public string LabelColumnName { get; init => field = Checked.Name(value); } = "Label";

        /// <inheritdoc cref="RefinementTrainerOptions.ValidationSet"/>
        public IDataView? ValidationSet { get; init; }

        /// <inheritdoc cref="RefinementTrainerOptions.ValidationFraction"/>
        public double? ValidationFraction { get; init => field = ITrainedOptions.Fraction(value); }

        /// <inheritdoc cref="RefinementTrainerOptions.SamplingKeyColumnName"/>
        public string? SamplingKeyColumnName { get; init; }

        /// <inheritdoc cref="RefinementTrainerOptions.MetricsCallback"/>
        public Action<EpochReport>? MetricsCallback { get; init; }

        /// <inheritdoc cref="RefinementTrainerOptions.StepCallback"/>
        public Action<StepReport>? StepCallback { get; init; }

        /// <summary>Told how the training went, once, before the fit returns.</summary>
        public Action<TrainingHistory>? EndCallback { get; init; }

        /// <inheritdoc cref="RefinementTrainerOptions.CancellationToken"/>
        public CancellationToken CancellationToken { get; init; }

        /// <inheritdoc cref="RefinementTrainerOptions.KeepBestOnCancel"/>
        public bool KeepBestOnCancel { get; init; } = true;

        /// <inheritdoc cref="RefinementTrainerOptions.WorkspacePath"/>
        public string? WorkspacePath { get; init; }

        /// <summary>Workspace of an earlier training of a network of the same shape, to start from its best weights, of other classes from all but its last layer's; null starts anew.</summary>
        public string? WarmStartWorkspacePath { get; init; }

        /// <summary>
        /// The ONNX file of the package Microsoft.ML.DnnImageFeaturizer.ResNet18, whose weights a <see cref="Networks.BackboneKind.ResNet18"/> starts from; null: where the
        /// package SparseRefine.ResNet18 puts it beside the program. No other backbone reads one.
        /// </summary>
        public string? BackboneFile { get; init; }

        internal int ClassCount => Classes ?? ClassList?.Count ?? throw new ArgumentException("Classes, ClassList: expected one of them, got none");

        internal override void Validate()
        {
            base.Validate();
            ClassColors.ThrowUnlessEqual(ClassList, Classes);
            _ = ClassCount;
        }
    }
}
