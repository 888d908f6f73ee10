using SparseRefine.Images;

namespace SparseRefine.Selectors;

/// <summary>Some rows of a picture for a <see cref="PixelLoop{TScore}"/>; whoever makes it keeps the buffers pinned.</summary>
internal unsafe struct PixelRows
{
    public LogitSampler Sampler;

    /// <summary>The map's values.</summary>
    public float* Map;

    /// <summary>[map height, map width].</summary>
    public byte* Leaders;

    /// <summary>[map height, map width].</summary>
    public float* Leads;

    /// <summary>A lead at all samples around it that makes a pixel sure.</summary>
    public float SureLead;

    /// <summary>A lead from which on no pixel has a score above the threshold.</summary>
    public float Cutoff;

    public float Threshold;

    /// <summary>[height, width].</summary>
    public byte* Labels;

    /// <summary>[height, padded width], written where a bit is set at least; or null.</summary>
    public float* Scores;

    /// <summary>[height, words]: set where the score is above the threshold.</summary>
    public ulong* Bits;

    /// <summary>[height]: bits set.</summary>
    public int* Counts;

    public int Start;

    public int End;
}
