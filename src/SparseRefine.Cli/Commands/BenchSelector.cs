using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Cli.Commands;

/// <summary>Does the work of a selector and then takes other pixels: a made scene says which, for random scores do not.</summary>
/// <param name="selector">Whose work counts.</param>
/// <param name="pixels">What is selected.</param>
internal sealed class BenchSelector(IPixelSelector selector, SiteSet pixels) : IPixelSelector
{
    /// <inheritdoc/>
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) =>
        new(pixels, selector.Select(logits, height, width, workers).DenseLabels);

    /// <inheritdoc/>
    public string Describe() => selector.Describe();
}
