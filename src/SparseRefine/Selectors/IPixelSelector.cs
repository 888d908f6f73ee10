using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Selectors;

/// <summary>Finds the pixels that are worth processing again. Immutable and thread-safe.</summary>
public interface IPixelSelector
{
    /// <summary>Chooses pixels of a photo of the given size and labels all of them, in one pass over interpolated rows.</summary>
    /// <param name="logits">The dense model's scores, at any resolution.</param>
    /// <param name="height">Rows of the photo, at least 1.</param>
    /// <param name="width">Columns of the photo, at least 1.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <returns>The pixels (perhaps none) and the argmax of the interpolated logits, ties to the lower class.</returns>
    /// <exception cref="ArgumentException">A size below 1, or more than 2^31 - 1 pixels.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    PixelSelection Select(LogitMap logits, int height, int width, Workers workers);

    /// <summary>The text that <see cref="PixelSelector.Parse"/> turns into an equal selector, such as <c>entropy:0.3</c>.</summary>
    /// <returns>The text.</returns>
    string Describe();
}
