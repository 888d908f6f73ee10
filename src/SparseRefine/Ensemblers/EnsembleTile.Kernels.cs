using System.Runtime.InteropServices;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// Room to merge the answers for <see cref="Rows"/> pixels: every buffer is [channels, rows], so that a vector holds one channel of neighbouring
/// pixels. The buffers are pinned as long as the tile lives. One thread at a time.
/// </summary>
internal sealed unsafe class EnsembleTile
{
    /// <summary>Pixels a tile; every buffer's stride.</summary>
    public const int Rows = 64;

    private readonly float[] _memory;

    /// <summary>Makes room.</summary>
    /// <param name="classes">Number of classes.</param>
    /// <param name="scratch">Channels that the ensembler needs besides.</param>
    public EnsembleTile(int classes, int scratch)
    {
        Classes = classes;
        _memory = GC.AllocateArray<float>((((4 * classes) + scratch) * Rows) + ClassRows.AlignmentSlack, pinned: true);
        Dense = ClassRows.Align((float*)Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0));
        Sparse = Dense + (classes * Rows);
        Merged = Sparse + (classes * Rows);
        Scratch = Merged + (classes * Rows);
    }

    public int Classes { get; }

    /// <summary>Logits of the dense model.</summary>
    public float* Dense { get; }

    /// <summary>Logits of the sparse network.</summary>
    public float* Sparse { get; }

    /// <summary>The result.</summary>
    public float* Merged { get; }

    /// <summary>[classes and what the ensembler asked for, rows].</summary>
    public float* Scratch { get; }

    /// <summary>Merged = sparse.</summary>
    public void CopySparse() => new Span<float>(Sparse, Classes * Rows).CopyTo(new Span<float>(Merged, Classes * Rows));
}
