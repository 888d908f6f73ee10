using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>
/// The learned sparse weight map of one photo: for each square block of pixels the probability with which it is active, which is also the
/// weight of what the fine network says there. Blocks at the right and bottom edge may be cut. Immutable.
/// </summary>
internal sealed class ActivationMap
{
    /// <summary>Keeps <paramref name="values"/>, without a copy.</summary>
    /// <param name="values">[rows, columns] of blocks, 0 to 1; rows = height / side, rounded up, columns alike.</param>
    /// <param name="height">Rows of the photo, at least 1.</param>
    /// <param name="width">Columns of the photo, at least 1.</param>
    /// <param name="side">Pixels of a block along each side, at least 1.</param>
    /// <exception cref="ArgumentException">A size below 1, another number of values, or a value outside 0..1.</exception>
    public ActivationMap(float[] values, int height, int width, int side)
    {
        Grid = new BlockGrid(height, width, side);
        if (values.Length != Grid.Count)
        {
            throw new ArgumentException(
                $"values: expected {Grid.Rows}x{Grid.Columns} = {Grid.Count} values, got {values.Length}", nameof(values));
        }

        int bad = values.AsSpan().IndexOfAnyExceptInRange(0, 1);
        if (bad >= 0)
        {
            throw new ArgumentException($"values: expected 0 to 1, got {values[bad]} in block {bad}", nameof(values));
        }

        Values = values;
    }

    /// <summary>[rows, columns] of blocks. Must not be changed.</summary>
    public float[] Values { get; }

    /// <summary>Rows of blocks.</summary>
    public int Rows => Grid.Rows;

    /// <summary>Columns of blocks.</summary>
    public int Columns => Grid.Columns;

    /// <summary>Pixels of a block along each side.</summary>
    public int Side => Grid.Side;

    internal BlockGrid Grid { get; }

    /// <summary>The weight of a pixel.</summary>
    /// <param name="y">Row of the photo.</param>
    /// <param name="x">Column of the photo.</param>
    /// <returns>Its block's value.</returns>
    public float At(int y, int x) => Values[Grid.BlockOf(y, x)];

    internal void ThrowUnlessFits(SiteSet sites)
    {
        if (sites.Height != Grid.Height || sites.Width != Grid.Width)
        {
            throw new ArgumentException($"activation: expected a map of {sites.Height}x{sites.Width} pixels, got {Grid.Height}x{Grid.Width}");
        }
    }
}
