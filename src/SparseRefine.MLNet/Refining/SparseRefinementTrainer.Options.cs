using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class SparseRefinementTrainer
{
    /// <summary>Columns and training of a whole refiner.</summary>
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

        /// <summary>
        /// Columns of further dense models' logits, of the same classes, to train one refiner for all of them: each training crop
        /// has one model's, drawn at random. The transformer reads <see cref="LogitsColumnName"/>; see
        /// <see cref="SparseRefinementTransformer.WithLogitsColumn"/>.
        /// </summary>
        public IReadOnlyList<string> FurtherLogitsColumnNames { get; init => field = Checked.Given(value); } = [];

        /// <summary>
        /// The column of a teacher's logits, <see cref="LogitMap"/> of the same classes at any resolution: the answer that the refiner learns to equal, such as the same
        /// dense model's at full resolution or a stronger model's. Rows then need no labels: the label column may be missing, or empty in some rows. Where there are
        /// labels, <see cref="RefinerTrainerOptions.TeacherWeight"/> says how they share; validation goes by the labels of photos that have some and by the teacher's
        /// answer on the others. Each row's answer is read once and kept small (<see cref="RefinementTrainerOptions.WorkspacePath"/>, folder <c>teacher</c>, else a
        /// temporary folder); a fit that is taken up again does not run a dense model of ours on photos whose answer is there. Null: there is no teacher.
        /// </summary>
        public string? TeacherLogitsColumnName { get; init; }

        /// <summary>Folder whose <c>teacher</c> holds the teacher's answers, for several fits on the same photos; null: <see cref="RefinementTrainerOptions.WorkspacePath"/>.</summary>
        public string? TeacherWorkspacePath { get; init; }

        /// <summary>Called after each teacher's answer that the fit reads before it trains, on the training thread.</summary>
        public Action<TeacherReport>? TeacherCallback { get; init; }

        /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "PredictedLabel";

        /// <summary>A further column to add, of <see cref="PixelSelection"/>; null: none. Costs nothing unless read.</summary>
        public string? SelectedColumnName { get; init; } = "Selected";

        /// <summary>A further column to add, of <see cref="SparseLogits"/>; null: none. Costs nothing unless read.</summary>
        public string? SparseLogitsColumnName { get; init; } = "SparseLogits";

        /// <summary>
        /// Finds the pixels, at training and scoring time. Null, without <see cref="ChooseSelector"/>: entropy above 0.3 nats, or above as much more as leaves a
        /// quarter of the validation photos' pixels.
        /// </summary>
        public IPixelSelector? Selector { get; init; }

        /// <summary>
        /// Chooses the selector by the curve of the first dense model's entropies and errors on the validation photos (on the training photos where there are none), before training
        /// begins; called on the training thread. The photos' logits are those that training uses: nothing is scored twice. <see cref="Selector"/> is not used then. Null: <see cref="Selector"/>.
        /// </summary>
        public Func<ThresholdCalibration, IPixelSelector>? ChooseSelector { get; init; }

        /// <summary>Number of classes; null: the dense model's.</summary>
        public int? Classes { get; init; }

        /// <summary>Names and colors of the classes, kept in the model file; null: unknown.</summary>
        public ClassList? ClassList { get; init; }

        /// <summary>
        /// A fitted refiner to start from, of the same features, planes, reps and gate; not changed. Null starts anew. Take it from
        /// <see cref="SparseRefinementTransformer.Refiner"/>, or <see cref="ShippedRefiner.For"/>, whose network goes on looking at each class by itself.
        /// <see cref="SparseRefiner.ShapeOf"/> gives options of its shape.
        /// </summary>
        /// <example>
        /// <code>
        /// SparseRefiner start = ShippedRefiner.For(classes.Count);
        /// var options = new SparseRefinementTrainer.Options(start.ShapeOf(new RefinerTrainerOptions())) { WarmStart = start };
        /// </code>
        /// </example>
        public SparseRefiner? WarmStart { get; init; }
    }
}
