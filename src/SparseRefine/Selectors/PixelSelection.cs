using SparseRefine.Images;
using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>
/// What a selector found in one photo: the pixels to process again, and the dense model's label for every pixel
/// (both come out of the same pass over the interpolated logits).
/// </summary>
public sealed class PixelSelection
{
    /// <summary>Joins the two.</summary>
    /// <param name="sites">Selected pixels of one photo, row-major.</param>
    /// <param name="denseLabels">argmax of the interpolated logits, same height and width as <paramref name="sites"/>.</param>
    /// <exception cref="ArgumentException">More than one photo, sites out of order, or sizes that differ.</exception>
    public PixelSelection(SiteSet sites, LabelMap denseLabels)
        : this(sites, denseLabels, null)
    {
    }

    internal PixelSelection(SiteSet sites, LabelMap denseLabels, ActivationMap? activation)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(denseLabels);
        if (sites.Images != 1 || !sites.IsAscending)
        {
            throw new ArgumentException(
                $"sites: expected one photo in row-major order, got {sites.Images} photos, ascending {sites.IsAscending}",
                nameof(sites));
        }

        if (sites.Height != denseLabels.Height || sites.Width != denseLabels.Width)
        {
            throw new ArgumentException(
                $"denseLabels: expected {sites.Height}x{sites.Width}, got {denseLabels.Height}x{denseLabels.Width}",
                nameof(denseLabels));
        }

        activation?.ThrowUnlessFits(sites);
        Sites = sites;
        DenseLabels = denseLabels;
        Activation = activation;
    }

    /// <summary>Selected pixels, one photo, row-major.</summary>
    public SiteSet Sites { get; }

    /// <summary>The dense model's own answer, [height, width]. Must not be changed.</summary>
    public LabelMap DenseLabels { get; }

    /// <summary>The weight of each block of pixels, of a <see cref="LearnedSelector"/>; null: all weigh fully.</summary>
    internal ActivationMap? Activation { get; }
}
