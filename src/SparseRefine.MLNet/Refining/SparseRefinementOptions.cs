using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Columns and training of a whole refiner.</summary>
public sealed class SparseRefinementOptions : TrainedEstimatorOptions<RefinerTrainerOptions>
{
    /// <summary>The image column.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>The column of the dense model's logits.</summary>
    public string LogitsColumnName { get; init; } = "Logits";

    /// <summary>
    /// Columns of further dense models' logits, of the same classes, to train one refiner for all of them: each training crop
    /// has one model's, drawn at random. The transformer reads <see cref="LogitsColumnName"/>; see
    /// <see cref="SparseRefinementTransformer.WithLogitsColumn"/>.
    /// </summary>
    public IReadOnlyList<string> FurtherLogitsColumnNames { get; init; } = [];

    /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
    public string OutputColumnName { get; init; } = "PredictedLabel";

    /// <summary>A further column to add, of <see cref="PixelSelection"/>; null: none. Costs nothing unless read.</summary>
    public string? SelectionColumnName { get; init; } = "Selection";

    /// <summary>A further column to add, of <see cref="SparseLogits"/>; null: none. Costs nothing unless read.</summary>
    public string? SparseLogitsColumnName { get; init; } = "SparseLogits";

    /// <summary>Finds the pixels, at training and scoring time; entropy above 0.3 nats unless set.</summary>
    public IPixelSelector Selector { get; init; } = new EntropySelector(0.3f);

    /// <summary>Number of classes; null: the dense model's.</summary>
    public int? Classes { get; init; }

    /// <summary>Names and colours of the classes, kept in the model file; null: unknown.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>
    /// A fitted refiner to start from, of the same features, planes, reps and gate; not changed. Null starts anew. Take it from
    /// <see cref="SparseRefinementTransformer.Refiner"/>.
    /// </summary>
    public SparseRefiner? WarmStart { get; init; }
}
