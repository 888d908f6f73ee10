using System.Runtime.CompilerServices;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Ensemblers;

/// <summary>
/// Runs an ensembler over many pixels, tile by tile: dense logits are interpolated into the tile, sparse ones transposed into it; the merged
/// ones go out as rows or straight as labels. Tiles are kept for the next photo. One photo at a time.
/// </summary>
internal sealed unsafe class EnsemblePass(Ensembler ensembler) : IBlockBody
{
    private const int Rows = EnsembleTile.Rows;
    private const int BlockRows = 4096;

    private readonly Stack<EnsembleTile> _tiles = new();
    private int _classes;
    private float[] _sparse = [];
    private float[]? _dense;
    private LogitSampler? _sampler;
    private int[] _sites = [];
    private float[]? _merged;
    private byte[] _labels = [];

    /// <summary>Merges rows into rows.</summary>
    /// <param name="dense">[count, classes].</param>
    /// <param name="sparse">[count, classes].</param>
    /// <param name="merged">[count, classes].</param>
    /// <param name="count">Pixels.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="workers">Threads.</param>
    public void MergeRows(float[] dense, float[] sparse, float[] merged, int count, int classes, Workers workers)
    {
        (_dense, _sparse, _merged, _classes) = (dense, sparse, merged, classes);
        Run(count, workers);
    }

    /// <summary>Merges rows with interpolated logits into rows.</summary>
    /// <param name="sampler">The dense model's scores.</param>
    /// <param name="sites">Linear indices of the pixels; the array may be longer.</param>
    /// <param name="sparse">[count, classes]; the array may be longer.</param>
    /// <param name="merged">[count, classes].</param>
    /// <param name="count">Pixels.</param>
    /// <param name="workers">Threads.</param>
    public void MergeRows(LogitSampler sampler, int[] sites, float[] sparse, float[] merged, int count, Workers workers)
    {
        (_sampler, _sites, _sparse, _merged, _classes) = (sampler, sites, sparse, merged, sampler.Map.Classes);
        Run(count, workers);
    }

    /// <summary>Merges rows with interpolated logits and writes the argmax of each, ties to the lower class.</summary>
    /// <param name="sampler">The dense model's scores.</param>
    /// <param name="sites">Linear indices of the pixels; the array may be longer.</param>
    /// <param name="sparse">[count, classes]; the array may be longer.</param>
    /// <param name="labels">[height, width]: the labels of these pixels are written.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="workers">Threads.</param>
    /// <exception cref="InvalidInputException">A merged logit is NaN.</exception>
    public void MergeLabels(LogitSampler sampler, int[] sites, float[] sparse, byte[] labels, int count, Workers workers)
    {
        (_sampler, _sites, _sparse, _labels, _classes) = (sampler, sites, sparse, labels, sampler.Map.Classes);
        Run(count, workers);
    }

    void IBlockBody.Run(int block, int start, int end)
    {
        EnsembleTile? tile;
        lock (_tiles)
        {
            _tiles.TryPop(out tile);
        }

        if (tile?.Classes != _classes)
        {
            tile = new EnsembleTile(_classes, ensembler.ScratchChannels);
        }

        fixed (float* map = _sampler?.Map.Values, dense = _dense, sparse = _sparse, merged = _merged)
        fixed (int* sites = _sites)
        {
            using LogitRows rows = _sampler is null ? default : new LogitRows(_sampler.Map, map);
            for (int i = start; i < end; i += Rows)
            {
                int count = Math.Min(Rows, end - i);
                Transpose(sparse + ((long)i * _classes), count, tile.Sparse);
                if (_sampler is null)
                {
                    Transpose(dense + ((long)i * _classes), count, tile.Dense);
                }
                else
                {
                    if (count < Rows)
                    {
                        new Span<float>(tile.Dense, _classes * Rows).Clear();
                    }

                    var loop = new DenseLoop(_sampler, rows, sites + i, count, tile);
                    Simd.Run(Simd.Default, ref loop);
                }

                ensembler.Merge(tile);
                if (merged == null)
                {
                    WriteLabels(tile, i, count);
                }
                else
                {
                    TransposeBack(tile.Merged, count, merged + ((long)i * _classes));
                }
            }
        }

        lock (_tiles)
        {
            _tiles.Push(tile);
        }
    }

    private void Run(int count, Workers workers)
    {
        try
        {
            workers.For(count, BlockRows, this);
        }
        finally
        {
            // References to the photo's arrays are dropped; the tiles stay for the next photo.
            (_dense, _sampler, _merged) = (null, null, null);
            (_sparse, _sites, _labels) = ([], [], []);
        }
    }

    private void WriteLabels(EnsembleTile tile, int first, int count)
    {
        byte* winners = stackalloc byte[Rows];
        var loop = new ArgMaxLoop(tile.Merged, _classes, winners);
        Simd.Run(Simd.Default, ref loop);
        for (int i = 0; i < count; i++)
        {
            if (loop.IsSuspicious && HasNaN(tile.Merged + i))
            {
                throw new InvalidInputException(
                    "merged logits", "numbers", $"NaN for the pixel with index {_sites[first + i]}");
            }

            _labels[_sites[first + i]] = winners[i];
        }
    }

    private bool HasNaN(float* column)
    {
        bool found = false;
        for (int c = 0; c < _classes; c++)
        {
            found |= float.IsNaN(column[c * Rows]);
        }

        return found;
    }

    // Columns of the tile beyond the last row are set to zero, so that an ensembler computes with finite numbers there.
    private void Transpose(float* rows, int count, float* tile)
    {
        if (count < Rows)
        {
            new Span<float>(tile, _classes * Rows).Clear();
        }

        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < _classes; c++)
            {
                tile[(c * Rows) + i] = rows[(i * _classes) + c];
            }
        }
    }

    private void TransposeBack(float* tile, int count, float* rows)
    {
        for (int i = 0; i < count; i++)
        {
            for (int c = 0; c < _classes; c++)
            {
                rows[(i * _classes) + c] = tile[(c * Rows) + i];
            }
        }
    }

    private readonly struct DenseLoop(LogitSampler sampler, LogitRows rows, int* sites, int count, EnsembleTile tile) : ISimdLoop
    {
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
            => LogitTile.Gather<TVector, TLanes>(sampler, rows, sites, count, tile.Dense, Rows, tile.Scratch);
    }

    private struct ArgMaxLoop(float* tile, int classes, byte* winners) : ISimdLoop
    {
        /// <summary>Whether some value is NaN or infinite.</summary>
        public bool IsSuspicious { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            // A value times 0 is 0 where the value is finite, otherwise NaN, which the sum keeps.
            TVector zeros = TLanes.Create(0);
            for (int v = 0; v < Rows; v += TLanes.Count)
            {
                TVector best = TLanes.Load(tile + v);
                TVector winner = TLanes.Create(0);
                zeros = TLanes.MultiplyAdd(best, TLanes.Create(0), zeros);
                for (int c = 1; c < classes; c++)
                {
                    TVector z = TLanes.Load(tile + (c * Rows) + v);
                    winner = TLanes.WhereGreater(z, best, TLanes.Create(c), winner);
                    best = TLanes.Max(best, z);
                    zeros = TLanes.MultiplyAdd(z, TLanes.Create(0), zeros);
                }

                TLanes.StoreBytes(winner, winners + v);
            }

            float* sums = stackalloc float[TLanes.Count];
            TLanes.Store(zeros, sums);
            for (int i = 0; i < TLanes.Count; i++)
            {
                IsSuspicious |= !(sums[i] == 0);
            }
        }
    }
}
