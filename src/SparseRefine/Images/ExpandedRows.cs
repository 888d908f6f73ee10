using System.Buffers;

namespace SparseRefine.Images;

/// <summary>
/// Walks down a picture and keeps the two source rows around the current one, expanded to the picture's width. When
/// the map is k times lower than the picture, only every k-th step expands anything; the rest is one vertical
/// interpolation, which the kernels do in registers. Not thread-safe: one walker a block of rows.
/// </summary>
internal sealed class ExpandedRows : IDisposable
{
    private readonly LogitSampler _sampler;
    private readonly float[][] _rows;
    private readonly int[] _held = [-1, -1];

    public ExpandedRows(LogitSampler sampler)
    {
        _sampler = sampler;
        int length = sampler.Map.Classes * sampler.PaddedWidth;
        _rows = [ArrayPool<float>.Shared.Rent(length), ArrayPool<float>.Shared.Rent(length)];
        Upper = _rows[0];
        Lower = _rows[0];
    }

    /// <summary>[classes, padded width] of the row above.</summary>
    public float[] Upper { get; private set; }

    /// <summary>[classes, padded width] of the row below.</summary>
    public float[] Lower { get; private set; }

    /// <summary>Share of <see cref="Lower"/>.</summary>
    public float Weight { get; private set; }

    /// <summary>Goes to row <paramref name="y"/> of the picture.</summary>
    public void MoveTo(int y)
    {
        (int top, int bottom, float weight) = _sampler.LocateRow(y);
        Upper = Hold(top);
        Lower = Hold(bottom);
        Weight = weight;
    }

    /// <summary>Gives the rows back to the pool.</summary>
    public void Dispose()
    {
        ArrayPool<float>.Shared.Return(_rows[0]);
        ArrayPool<float>.Shared.Return(_rows[1]);
    }

    // Neighbouring source rows differ in parity, so the slot that is overwritten is never the other one in use.
    private float[] Hold(int row)
    {
        int slot = row & 1;
        if (_held[slot] != row)
        {
            _sampler.ExpandRow(row, _rows[slot]);
            _held[slot] = row;
        }

        return _rows[slot];
    }
}
