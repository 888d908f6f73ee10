using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Columns, network and training of a dense model of our own.</summary>
public sealed class FeatureRefinementTrainingOptions : TrainedEstimatorOptions<DenseTrainerOptions>
{
    /// <summary>The image column.</summary>
    public string ImageColumnName { get; init; } = "Image";

    /// <summary>The column to add, of <see cref="LogitMap"/>.</summary>
    public string OutputColumnName { get; init; } = "Logits";

    /// <summary>A further column to add, of <see cref="LabelMap"/> of the photo's size; null: none.</summary>
    public string? PredictedLabelColumnName { get; init; } = "PredictedLabel";

    /// <summary>Rows that photos are resized to, at training and scoring time.</summary>
    public int Height { get; init; } = 512;

    /// <summary>Columns that photos are resized to.</summary>
    public int Width { get; init; } = 512;

    /// <summary>Number of classes; null: that of <see cref="ClassList"/>.</summary>
    public int? Classes { get; init; }

    /// <summary>Names and colours of the classes, kept in the model file; null: unknown.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>Workspace of an earlier training of a network of the same shape, to start from its best weights; null starts anew.</summary>
    public string? WarmStartWorkspacePath { get; init; }

    /// <summary>Told how the training went, once, before the fit returns.</summary>
    public Action<TrainingHistory>? EndCallback { get; init; }

    internal int ClassCount => Classes ?? ClassList?.Count ?? throw new ArgumentException("Classes, ClassList: expected one of them, got none");

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(ImageColumnName);
        ArgumentException.ThrowIfNullOrEmpty(OutputColumnName);
        ValidateTraining();
        (Training.Network with { Classes = ClassCount }).Validate();
        if (Height < 1 || Width < 1)
        {
            throw new ArgumentException($"Height, Width: expected at least 1x1, got {Height}x{Width}");
        }

        if (ClassList is not null && Classes is int count && count != ClassList.Count)
        {
            throw new ArgumentException($"ClassList: expected {count} classes as Classes says, got {ClassList.Count}");
        }
    }
}
