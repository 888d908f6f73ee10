using System.Buffers;
using System.Runtime.CompilerServices;
using SparseRefine.Kernels;

namespace SparseRefine.Grids;

/// <content>The loops.</content>
internal sealed unsafe partial class GridProduct
{
    private void RunBlock(int start, int end)
    {
        BlockLoop loop = new(this, start, end);
        Simd.Run(Weights.Path, ref loop);
    }

    private readonly struct BlockLoop(GridProduct product, int start, int end) : ISimdLoop
    {
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector> => product.RunBlock<TVector, TLanes>(start, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBlock<TVector, TLanes>(int start, int end)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int taps = Weights.Taps;
        int inputs = Weights.Inputs;
        int outputs = Weights.Outputs;
        int tiles = end - start;
        float* sums = stackalloc float[TileRows * PackedWeights.MaxWidth];
        int* bufferRows = stackalloc int[TileRows] { 0, 1, 2, 3, 4, 5 };
        int* entries = stackalloc int[tiles * TileRows * taps];
        int* sites = stackalloc int[tiles * TileRows];
        int* masks = stackalloc int[tiles];
        Read(start, tiles, entries, sites, masks);
        float[] zeroRow = ArrayPool<float>.Shared.Rent(inputs);
        zeroRow.AsSpan(0, inputs).Clear();
        fixed (float* input = Input, weights = Weights.Data, output = Output, residual = Residual, bias = Bias, zeros = zeroRow)
        {
            TileSource source = new(input, inputs, null, 0, zeros, taps);
            long first = (long)FirstOutputRow * outputs;
            TileStore store = new()
            {
                Output = output + first,
                Stride = outputs,
                Bias = bias,
                Residual = residual == null ? null : residual + first,
                Relu = Relu,
            };
            float* w = weights;
            int column = 0;

            // Weights outside, tiles inside: a block of weights stays in the cache while all tiles use it.
            foreach (int width in Weights.Widths)
            {
                int columnEnd = Math.Min(column + width, outputs);
                for (int tile = 0; tile < tiles; tile++)
                {
                    int* tileEntries = entries + (tile * TileRows * taps);
                    int* tileSites = sites + (tile * TileRows);
                    int rows = Math.Min(TileRows, Rows - ((start + tile) * TileRows));
                    if (TLanes.Count == 1)
                    {
                        GatherProduct.MultiplyScalar(source, tileEntries, rows, w, width, sums);
                        store.Rows(sums, tileSites, rows, width, column, columnEnd);
                    }
                    else if (rows == TileRows && column + width == columnEnd)
                    {
                        GatherProduct.Multiply<TVector, TLanes, OneMatrix>(source, tileEntries, masks[tile], w, width, store, tileSites, column);
                    }
                    else
                    {
                        // The tile reaches beyond the last row or column: its sums go through a buffer, of which only what exists is stored.
                        TileStore buffer = new() { Output = sums, Stride = width };
                        GatherProduct.Multiply<TVector, TLanes, OneMatrix>(source, tileEntries, masks[tile], w, width, buffer, bufferRows, 0);
                        store.Rows(sums, tileSites, rows, width, column, columnEnd);
                    }
                }

                w += (long)taps * inputs * width;
                column += width;
            }
        }

        ArrayPool<float>.Shared.Return(zeroRow);
    }

    /// <summary>
    /// Rows in the order in which tiles take them: raster order; towards a finer grid the even pixels of an image row before the odd
    /// ones, for these have other taps, and a tile whose rows all lack a tap skips it.
    /// </summary>
    private void Read(int start, int tiles, int* entries, int* sites, int* masks)
    {
        int taps = Weights.Taps;
        int place = start * TileRows;
        GridMap map = Map.GetValueOrDefault();
        int width = Map == null ? 1 : map.Output.Width;
        int height = Map == null ? int.MaxValue : map.Output.Height;
        bool isSplit = map is { IsTransposed: true, Stride: 2 };
        (int line, int step) = Math.DivRem(place, width);
        (int image, int y) = Math.DivRem(line, height);
        for (int tile = 0; tile < tiles; tile++)
        {
            int mask = Map == null ? 1 : 0;
            for (int r = 0; r < TileRows; r++, place++, entries += taps)
            {
                if (place >= Rows)
                {
                    new Span<int>(entries, taps).Fill(-1);
                    continue;
                }

                if (Map == null)
                {
                    *sites++ = place;
                    *entries = place;
                    continue;
                }

                int even = (width + 1) / 2;
                int x = !isSplit ? step : step < even ? 2 * step : (2 * (step - even)) + 1;
                *sites++ = (((image * height) + y) * width) + x;
                mask |= map.Read(image, y, x, new Span<int>(entries, taps));
                if (++step == width)
                {
                    step = 0;
                    if (++y == height)
                    {
                        y = 0;
                        image++;
                    }
                }
            }

            masks[tile] = mask;
        }
    }
}
