using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>Scores decoded photos. Thread-safe, as the model is.</summary>
/// <param name="model">The model.</param>
/// <param name="parts">What is needed of a photo beside its labels.</param>
internal sealed class PhotoScorer(SegmentationModel model, RefinementParts parts)
{
    /// <summary>Scores a photo.</summary>
    /// <param name="photo">The photo; its image becomes the result's.</param>
    /// <returns>The answers.</returns>
    /// <exception cref="PhotoFailedException">The model cannot take it.</exception>
    public ScoredWork Score(DecodedPhoto photo)
    {
        string path = photo.Clock.Item.Path;
        try
        {
            return new ScoredWork(photo.Clock, photo.Image, photo.Clock.Score(() => model.Predict(photo.Image, parts)));
        }
        catch (Exception e)
        {
            throw PhotoFailedException.Of(path, FailureReason.Refused, e);
        }
    }
}
