using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects the pixels that the dense model gets wrong. It needs the true labels, so it is a bound for measurements and
/// no <see cref="IPixelSelector"/>.
/// </summary>
internal static class OracleSelector
{
    /// <summary>Selects argmax != truth, except where the truth is ignored.</summary>
    /// <param name="logits">The dense model's scores, at any resolution.</param>
    /// <param name="truth">True labels; they set the photo's size.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <param name="ignoreIndex">The label that means "not labelled".</param>
    /// <param name="mode">Nearest or bilinear.</param>
    /// <returns>The wrong pixels and the dense labels.</returns>
    /// <exception cref="ArgumentException">Another mode.</exception>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public static PixelSelection Select(
        LogitMap logits,
        LabelMap truth,
        Workers workers,
        byte ignoreIndex = LabelMap.DefaultIgnoreIndex,
        Interpolation mode = Interpolation.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(logits);
        LabelMap labels = logits.ToLabels(truth.Height, truth.Width, mode, workers);
        var wrong = new List<int>();
        for (int i = 0; i < truth.Labels.Length; i++)
        {
            if (truth.Labels[i] != ignoreIndex && truth.Labels[i] != labels.Labels[i])
            {
                wrong.Add(i);
            }
        }

        return new PixelSelection(new SiteSet([.. wrong], 1, truth.Height, truth.Width), labels);
    }
}
