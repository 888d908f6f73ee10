using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <content>The loops: multiply a tile, store its rows.</content>
internal sealed unsafe partial class GatherProduct
{
    void IBlockBody.Run(int block, int start, int end)
    {
        BlockLoop loop = new(this, start, end);
        Simd.Run(Weights.Path, ref loop);
    }

    private readonly struct BlockLoop(GatherProduct product, int start, int end) : ISimdLoop
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
        float* sums = stackalloc float[TileRows * PackedWeights.MaxWidth];
        int* ownRows = stackalloc int[TileRows];
        float[] zeroRow = ArrayPool<float>.Shared.Rent(inputs);
        zeroRow.AsSpan(0, inputs).Clear();
        fixed (float* input = Input, weights = Weights.Data, output = Output, residual = Residual, bias = Bias,
            activated = Activated, scale = Scale, shift = Shift, zeros = zeroRow)
        fixed (int* entries = Map?.Entries, order = Map?.Order)
        fixed (ushort* masks = Map?.TileMasks)
        {
            TileSource source = new(input, InputStride, zeros, inputs, taps);
            for (int tile = start; tile < end; tile++)
            {
                int first = tile * TileRows;
                int rows = Math.Min(TileRows, Rows - first);
                int* tileEntries = entries + ((long)first * taps);
                int* sites = order + first;
                int mask = 1;
                if (entries == null)
                {
                    // Without a map a row is its own only entry.
                    for (int r = 0; r < TileRows; r++)
                    {
                        ownRows[r] = r < rows ? first + r : -1;
                    }

                    tileEntries = ownRows;
                    sites = ownRows;
                }
                else
                {
                    mask = masks[tile];
                }

                float* w = weights;
                int column = 0;
                foreach (int width in Weights.Widths)
                {
                    if (TLanes.Count == 1)
                    {
                        MultiplyScalar(source, tileEntries, rows, w, width, sums);
                    }
                    else if (width == 2 * TLanes.Count)
                    {
                        MicroProduct.Multiply6x2<TVector, TLanes>(source, tileEntries, mask, w, sums);
                    }
                    else if (width == TLanes.Count)
                    {
                        MicroProduct.Multiply6x1<TVector, TLanes>(source, tileEntries, mask, w, sums);
                    }
                    else
                    {
                        MicroProduct.Multiply6x1<Vector256<float>, Lanes256>(source, tileEntries, mask, w, sums);
                    }

                    int columns = Math.Min(width, Weights.Outputs - column);
                    for (int r = 0; r < rows; r++)
                    {
                        long site = sites[r];
                        StoreRow<TVector, TLanes>(
                            sums + (r * width),
                            columns,
                            output + OutputOffset + (site * OutputStride) + column,
                            bias == null ? null : bias + column,
                            residual == null ? null : residual + ResidualOffset + (site * ResidualStride) + column,
                            activated == null ? null : activated + ActivatedOffset + (site * ActivatedStride) + column,
                            scale + column,
                            shift + column);
                    }

                    w += (long)taps * inputs * width;
                    column += width;
                }
            }
        }

        ArrayPool<float>.Shared.Return(zeroRow);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreRow<TVector, TLanes>(
        float* sums, int columns, float* output, float* bias, float* residual, float* activated, float* scale, float* shift)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        int c = 0;
        for (; c + TLanes.Count <= columns; c += TLanes.Count)
        {
            StoreLanes<TVector, TLanes>(c, sums, output, bias, residual, activated, scale, shift);
        }

        for (; c < columns; c++)
        {
            StoreLanes<float, Lanes1>(c, sums, output, bias, residual, activated, scale, shift);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StoreLanes<TVector, TLanes>(
        int c, float* sums, float* output, float* bias, float* residual, float* activated, float* scale, float* shift)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
    {
        TVector value = TLanes.Load(sums + c);
        value = bias == null ? value : TLanes.Add(value, TLanes.Load(bias + c));
        value = residual == null ? value : TLanes.Add(value, TLanes.Load(residual + c));
        value = Relu ? TLanes.Max(value, TLanes.Create(0)) : value;
        TLanes.Store(value, output + c);
        if (activated != null)
        {
            TVector next = TLanes.MultiplyAdd(value, TLanes.Load(scale + c), TLanes.Load(shift + c));
            TLanes.Store(TLanes.Max(next, TLanes.Create(0)), activated + c);
        }
    }
}
