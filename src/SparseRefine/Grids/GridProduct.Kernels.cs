using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
        int* entries = stackalloc int[tiles * TileRows * taps];
        int* sites = stackalloc int[tiles * TileRows];
        int* masks = stackalloc int[tiles];
        Read(start, tiles, entries, sites, masks);
        float[] zeroRow = ArrayPool<float>.Shared.Rent(inputs);
        zeroRow.AsSpan(0, inputs).Clear();
        fixed (float* input = Input, weights = Weights.Data, output = Output, residual = Residual, bias = Bias, zeros = zeroRow)
        {
            TileSource source = new(input, inputs, zeros, inputs, taps);
            float* w = weights;
            int column = 0;

            // Weights outside, tiles inside: a block of weights stays in the cache while all tiles use it.
            foreach (int width in Weights.Widths)
            {
                int columns = Math.Min(width, outputs - column);
                for (int tile = 0; tile < tiles; tile++)
                {
                    int* tileEntries = entries + (tile * TileRows * taps);
                    int rows = Math.Min(TileRows, Rows - ((start + tile) * TileRows));
                    if (TLanes.Count == 1)
                    {
                        MultiplyScalar(source, tileEntries, rows, w, width, sums);
                    }
                    else if (width == 2 * TLanes.Count)
                    {
                        MicroProduct.Multiply6x2<TVector, TLanes>(source, tileEntries, masks[tile], w, sums);
                    }
                    else if (width == TLanes.Count)
                    {
                        MicroProduct.Multiply6x1<TVector, TLanes>(source, tileEntries, masks[tile], w, sums);
                    }
                    else
                    {
                        MicroProduct.Multiply6x1<Vector256<float>, Lanes256>(source, tileEntries, masks[tile], w, sums);
                    }

                    for (int r = 0; r < rows; r++)
                    {
                        long at = ((long)sites[(tile * TileRows) + r] * outputs) + column;
                        StoreRow<TVector, TLanes>(
                            sums + (r * width), columns, output + at, bias == null ? null : bias + column, residual == null ? null : residual + at);
                    }
                }

                w += (long)taps * inputs * width;
                column += width;
            }
        }

        ArrayPool<float>.Shared.Return(zeroRow);
    }

    /// <summary>
    /// Rows in the order in which tiles take them: raster order; towards a finer grid the even pixels of a picture row before the odd
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

    // The reference: what the register tiles compute, one product at a time.
    private static void MultiplyScalar(in TileSource source, int* entries, int rows, float* weights, int width, float* sums)
    {
        new Span<float>(sums, rows * width).Clear();
        for (int r = 0; r < rows; r++)
        {
            for (int tap = 0; tap < source.Taps; tap++)
            {
                int entry = entries[(r * source.Taps) + tap];
                for (int k = 0; entry >= 0 && k < source.Channels; k++)
                {
                    float* w = weights + (((tap * source.Channels) + k) * width);
                    for (int c = 0; c < width; c++)
                    {
                        sums[(r * width) + c] = float.MultiplyAddEstimate(source.Row(entry)[k], w[c], sums[(r * width) + c]);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreRow<TVector, TLanes>(float* sums, int columns, float* output, float* bias, float* residual)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int c = 0;
        for (; c + TLanes.Count <= columns; c += TLanes.Count)
        {
            StoreLanes<TVector, TLanes>(c, sums, output, bias, residual);
        }

        for (; c < columns; c++)
        {
            StoreLanes<float, Lanes1>(c, sums, output, bias, residual);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreLanes<TVector, TLanes>(int c, float* sums, float* output, float* bias, float* residual)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector value = TLanes.Load(sums + c);
        value = bias == null ? value : TLanes.Add(value, TLanes.Load(bias + c));
        value = residual == null ? value : TLanes.Add(value, TLanes.Load(residual + c));
        TLanes.Store(Relu ? TLanes.Max(value, TLanes.Create(0)) : value, output + c);
    }
}
