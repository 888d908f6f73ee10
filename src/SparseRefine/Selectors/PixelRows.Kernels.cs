using SparseRefine.Images;

namespace SparseRefine.Selectors;

/// <summary>The rows of a photo that a <see cref="PixelLoop{TScore}"/> works on. Holds addresses only; its maker keeps the arrays pinned.</summary>
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

    /// <summary>[height, padded width], written at least where a bit of <see cref="Bits"/> is set; null where no scores are kept.</summary>
    public float* Scores;

    /// <summary>[height, words]: set where the score is above the threshold.</summary>
    public ulong* Bits;

    /// <summary>[height]: the bits that are set in each row.</summary>
    public int* Counts;

    public int Start;

    public int End;
}
