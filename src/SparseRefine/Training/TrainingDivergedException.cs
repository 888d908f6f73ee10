namespace SparseRefine.Training;

/// <summary>
/// A loss, a gradient or an answer is no finite number, or a whole epoch had no pixel to learn from, and there is no epoch to keep. The message names the step and its
/// photos.
/// </summary>
/// <param name="message">What was expected, what came, and where.</param>
public sealed class TrainingDivergedException(string message) : Exception(message)
{
    internal static void ThrowIfNaN(float[] logits, string photo)
    {
        if (Array.Exists(logits, float.IsNaN))
        {
            throw OfAnswer(photo);
        }
    }

    internal static TrainingDivergedException OfAnswer(string photo) => new($"answer: expected numbers, got NaN on {photo}");
}
