using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>Scores decoded photos. Thread-safe, as the model is.</summary>
/// <param name="model">The model.</param>
/// <param name="parts">What is needed of a photo beside its labels.</param>
internal sealed class PhotoScorer(SegmentationModel model, RefinementParts parts)
{
    /// <summary>Scores a photo.</summary>
    /// <param name="photo">The photo; its image becomes the result's.</param>
    /// <param name="cancellation">Ends it, also within the dense model.</param>
    /// <returns>The answers.</returns>
    /// <exception cref="PhotoFailedException">The model cannot take it.</exception>
    /// <exception cref="MachineTrouble">No memory or threads.</exception>
    public ScoredWork Score(DecodedPhoto photo, CancellationToken cancellation)
    {
        string path = photo.Clock.Item.Path;
        try
        {
            return new ScoredWork(photo.Clock, photo.Image, photo.Clock.Score(() => model.Predict(photo.Image, parts, cancellation)));
        }
        catch (Exception e)
        {
            throw PhotoFailedException.Of(path, FailureReason.Refused, e);
        }
    }
}
