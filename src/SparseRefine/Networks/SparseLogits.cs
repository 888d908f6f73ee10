using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>The sparse network's class scores for the selected pixels of one photo.</summary>
public sealed class SparseLogits
{
    /// <summary>Keeps <paramref name="values"/>, without a copy.</summary>
    /// <param name="sites">The pixels.</param>
    /// <param name="values">[sites.Count, classes], row i for site i; must not be changed afterwards.</param>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <exception cref="ArgumentException">Another number of values than the sizes need.</exception>
    public SparseLogits(SiteSet sites, float[] values, int classes)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        if (values.LongLength != (long)sites.Count * classes)
        {
            throw new ArgumentException(
                $"values: expected {sites.Count}x{classes} = {(long)sites.Count * classes} values, got {values.Length}",
                nameof(values));
        }

        Sites = sites;
        Values = values;
        Classes = classes;
    }

    /// <summary>The pixels.</summary>
    public SiteSet Sites { get; }

    /// <summary>[sites, classes].</summary>
    public float[] Values { get; }

    /// <summary>Number of classes.</summary>
    public int Classes { get; }

    /// <summary>Multiply-adds that the network spent on them; 0 for logits that come from elsewhere.</summary>
    public long MultiplyAdds { get; init; }
}
