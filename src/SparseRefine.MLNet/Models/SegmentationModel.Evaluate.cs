using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <content>Evaluation.</content>
public sealed partial class SegmentationModel
{
    /// <summary>
    /// Sets dense, sparse and merged answers beside true labels, with time and multiply-adds a stage. Photos are predicted one after the other as
    /// <see cref="Predict(string, RefinementParts, CancellationToken)"/> does, and one is in memory at a time.
    /// </summary>
    /// <param name="photos">Photos and their labels, which beside a teacher of the options may be missing; enumerated once, each when its turn comes.</param>
    /// <param name="options">How to compare; null: all defaults. Class names are this model's unless given.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">No photos.</exception>
    /// <exception cref="InvalidInputException">A model without a refiner, a bad photo or label map, sizes that differ, an id that is no class, no labelled pixel, or masks of 0 and 255 without a mapping.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public RefinementReport Evaluate(
        IEnumerable<LabelledPhoto> photos, SemanticSegmentationEvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(photos);
        options ??= new SemanticSegmentationEvaluationOptions();
        if (!_parts.HasRefiner)
        {
            throw new InvalidInputException(Name, "a model with a refiner", "one without");
        }

        RefinementEvaluator evaluator = new(Dense, options);
        LabelReading reading = new()
        {
            ClassList = Classes,
            Classes = Classes?.Count ?? Dense?.Classes,
            Mapping = options.LabelMapping,
            IgnoreIndex = options.IgnoreIndex,
            MaxPixels = _options.MaxPixels,
        };
        LabelCounts counts = new();
        foreach (LabelledPhoto photo in photos)
        {
            Garbage.Bound();
            LabelMap? truth = options.Teacher is not null && photo.LabelPath.Length == 0 ? null : photo.ReadLabels(reading);
            if (truth is not null)
            {
                counts.Add(truth);
            }

            using SegmentationResult result = Predict(photo.ImagePath, RefinementParts.Selection | RefinementParts.SparseLogits, cancellation);
            evaluator.Add(photo.ImagePath, truth, Ask(options.Teacher, photo, cancellation), result.Refined!, result.ScoredClasses, result.Times);
        }

        if (reading.OfMasks(counts) != reading)
        {
            throw new InvalidInputException("labels", "labels of two classes, or the label map 255:1", "masks of 0 and 255, of which 255 is ignored");
        }

        return evaluator.Report(Classes?.Names);
    }

    private (LabelMap Labels, int Classes, double Milliseconds)? Ask(DenseModel? teacher, LabelledPhoto photo, CancellationToken cancellation)
    {
        if (teacher is null)
        {
            return null;
        }

        using MLImage image = PhotoReader.Read(photo.ImagePath, _options.MaxPixels);
        long start = Stopwatch.GetTimestamp();
        LogitMap logits = teacher.Run(Images.View(image, photo.ImagePath), cancellation);
        LabelMap labels = logits.ToLabels(image.Height, image.Width, workers: new Workers(_options.Threads));
        return (labels, logits.Classes, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
