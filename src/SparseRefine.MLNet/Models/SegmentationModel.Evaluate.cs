using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <content>Evaluation.</content>
public sealed partial class SegmentationModel
{
    /// <summary>
    /// Sets dense, sparse and merged answers beside true labels, with time and multiply-adds a stage. Photos are predicted one after the other as
    /// <see cref="Predict(string, RefinementParts, CancellationToken)"/> does, and one is in memory at a time.
    /// </summary>
    /// <param name="photos">Photos and their labels; enumerated once, each when its turn comes.</param>
    /// <param name="options">How to compare; null: all defaults. Class names are this model's unless given.</param>
    /// <param name="cancellation">Ends the evaluation.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">No photos.</exception>
    /// <exception cref="InvalidInputException">A model without a refiner, a bad photo or label map, sizes that differ, or an id that is no class.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public RefinementReport Evaluate(
        IEnumerable<LabelledPhoto> photos, SemanticSegmentationEvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(photos);
        options ??= new SemanticSegmentationEvaluationOptions();
        return RefinementReporter.Report(Predictions(), Dense, Classes, options);

        IEnumerable<(LabelMap Truth, SegmentationResult Result)> Predictions()
        {
            foreach (LabelledPhoto photo in photos)
            {
                LabelMap truth = photo.ReadLabels(Classes?.Count ?? Dense?.Classes, options.IgnoreIndex, _options.MaxPixels);
                using SegmentationResult result = Predict(photo.ImagePath, RefinementParts.Selection | RefinementParts.SparseLogits, cancellation);
                if (result is not { Logits: not null, Selection: not null, SparseLogits: not null })
                {
                    throw new InvalidInputException($"{Name}: expected a pipeline that shows logits, selection and sparse logits, got one without");
                }

                yield return (truth, result);
            }
        }
    }
}
