using SparseRefine.Metrics;

namespace SparseRefine.MLNet;

/// <summary>How well label maps fit the true ones, over all pixels of all rows that are labelled. Immutable.</summary>
public sealed class SemanticSegmentationMetrics
{
    internal SemanticSegmentationMetrics(
        ConfusionMatrix matrix, int classes, int images, IReadOnlyList<string> classNames, BoundaryIoU? boundary = null)
    {
        Images = images;
        ClassNames = classNames;
        PerClassIoU = matrix.PerClassIoU[..classes];
        MeanIoU = matrix.MeanIoU;
        PixelAccuracy = matrix.PixelAccuracy;
        MeanAccuracy = matrix.MeanAccuracy;
        FrequencyWeightedIoU = matrix.FrequencyWeightedIoU;
        ConfusionMatrix = new SegmentationConfusionMatrix(matrix, classes, classNames);
        MeanBoundaryIoU = boundary?.Mean;
        PerClassBoundaryIoU = boundary?.PerClass[..classes];
    }

    /// <summary>Rows counted.</summary>
    public int Images { get; }

    /// <summary>Names of the classes; their indices as text where no names are known.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Mean of <see cref="PerClassIoU"/> over the classes that are not absent; NaN where all are.</summary>
    public double MeanIoU { get; }

    /// <summary>Intersection over union of each class; NaN for an absent one, of which no labelled pixel is: reports say so.</summary>
    public IReadOnlyList<double> PerClassIoU { get; }

    /// <summary>Right pixels / labelled pixels.</summary>
    public double PixelAccuracy { get; }

    /// <summary>Mean over the classes that occur of right pixels / pixels of the class.</summary>
    public double MeanAccuracy { get; }

    /// <summary>IoU weighted by how often each class occurs.</summary>
    public double FrequencyWeightedIoU { get; }

    /// <summary>Mean boundary IoU; null unless asked for.</summary>
    public double? MeanBoundaryIoU { get; }

    /// <summary>Boundary IoU of each class, NaN for an absent one; null unless asked for.</summary>
    public IReadOnlyList<double>? PerClassBoundaryIoU { get; }

    /// <summary>Pixel counts by true and predicted class.</summary>
    public SegmentationConfusionMatrix ConfusionMatrix { get; }
}
