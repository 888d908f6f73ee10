using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <content>The loops: multiply a tile, store its rows.</content>
internal sealed unsafe partial class GatherProduct
{
    void IBlockBody.Run(int block, int start, int end)
    {
        TileLoop loop = new(this, start, end);
        Simd.Run(Weights.Path, ref loop);
    }

    private readonly struct TileLoop(GatherProduct product, int start, int end) : ISimdLoop
    {
        public void Run<TVector, TLanes>()
            where TVector : struct
            where TLanes : struct, ILanes<TVector>
        {
            if (product.SecondInput == null)
            {
                product.RunBlock<TVector, TLanes, OneMatrix>(start, end);
            }
            else
            {
                product.RunBlock<TVector, TLanes, TwoMatrices>(start, end);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBlock<TVector, TLanes, TMatrices>(int start, int end)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        where TMatrices : struct, IMatrices
    {
        int taps = Weights.Taps;
        int inputs = Weights.Inputs;
        float* sums = stackalloc float[TileRows * PackedWeights.MaxWidth];
        int* ownRows = stackalloc int[TileRows];
        int* bufferRows = stackalloc int[TileRows] { 0, 1, 2, 3, 4, 5 };
        float[] zeroRow = ArrayPool<float>.Shared.Rent(inputs);
        zeroRow.AsSpan(0, inputs).Clear();
        fixed (float* input = Input, second = SecondInput, weights = Weights.Data, output = Output, residual = Residual, bias = Bias,
            activated = Activated, scale = Scale, shift = Shift, zeros = zeroRow)
        fixed (int* entries = Map?.Entries, order = Map?.Order)
        fixed (ushort* masks = Map?.TileMasks)
        {
            int firstChannels = inputs - SecondChannels;
            TileSource source = new(input, firstChannels, second, SecondChannels, zeros, taps);
            TileStore store = new()
            {
                Output = output,
                Stride = Weights.Outputs,
                Bias = bias,
                Residual = residual,
                Relu = Relu,
                Activated = activated,
                Scale = scale,
                Shift = shift,
            };
            double inputsPerRow = Map == null ? 1 : Map.InputRows / (double)Rows;
            for (int tile = start; tile < end; tile++)
            {
                int first = tile * TileRows;
                int rows = Math.Min(TileRows, Rows - first);
                int* tileEntries = entries + ((long)first * taps);
                int* sites = order + first;
                int mask = 1;
                if (entries == null)
                {
                    // Without a map each output row reads the input row of the same number, through one tap.
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
                    int ahead = Math.Min(Rows, first + Map!.PrefetchRows);
                    int aheadEnd = Math.Min(Rows, ahead + TileRows);
                    int aheadInput = (int)(ahead * inputsPerRow);
                    int aheadInputEnd = (int)(aheadEnd * inputsPerRow);
                    Prefetch.Rows(input, firstChannels, aheadInput, aheadInputEnd);
                    Prefetch.Rows(second, SecondChannels, aheadInput, aheadInputEnd);
                    Prefetch.Rows(output, store.Stride, ahead, aheadEnd);
                    Prefetch.Rows(residual == output ? null : residual, store.Stride, ahead, aheadEnd);
                    Prefetch.Rows(activated, store.Stride, ahead, aheadEnd);
                }

                float* w = weights;
                int column = 0;
                foreach (int width in Weights.Widths)
                {
                    int columnEnd = Math.Min(column + width, Weights.Outputs);
                    if (TLanes.Count == 1)
                    {
                        MultiplyScalar(source, tileEntries, rows, w, width, sums);
                        store.Rows(sums, sites, rows, width, column, columnEnd);
                    }
                    else if (rows == TileRows && column + width == columnEnd)
                    {
                        Multiply<TVector, TLanes, TMatrices>(source, tileEntries, mask, w, width, store, sites, column);
                    }
                    else
                    {
                        // The tile reaches beyond the last row or column: its sums go through a buffer, of which only what exists is stored.
                        TileStore buffer = new() { Output = sums, Stride = width };
                        Multiply<TVector, TLanes, TMatrices>(source, tileEntries, mask, w, width, buffer, bufferRows, 0);
                        store.Rows(sums, sites, rows, width, column, columnEnd);
                    }

                    w += (long)taps * inputs * width;
                    column += width;
                }
            }
        }

        ArrayPool<float>.Shared.Return(zeroRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Multiply<TVector, TLanes, TMatrices>(
        in TileSource source, int* entries, int mask, float* weights, int width, in TileStore store, int* sites, int column)
        where TVector : struct
        where TLanes : struct, ILanes<TVector>
        where TMatrices : struct, IMatrices
    {
        if (width == 2 * TLanes.Count)
        {
            MicroProduct.Multiply6x2<TVector, TLanes, TMatrices>(source, entries, mask, weights, store, sites, column);
        }
        else if (width == TLanes.Count)
        {
            MicroProduct.Multiply6x1<TVector, TLanes, TMatrices>(source, entries, mask, weights, store, sites, column);
        }
        else
        {
            MicroProduct.Multiply6x1<Vector256<float>, Lanes256, TMatrices>(source, entries, mask, weights, store, sites, column);
        }
    }

    // The reference: what the register tiles compute, one product at a time.
    internal static void MultiplyScalar(in TileSource source, int* entries, int rows, float* weights, int width, float* sums)
    {
        new Span<float>(sums, rows * width).Clear();
        for (int r = 0; r < rows; r++)
        {
            for (int tap = 0; tap < source.Taps; tap++)
            {
                int entry = entries[(r * source.Taps) + tap];
                float* w = weights + (tap * source.Channels * width);
                for (int k = 0; entry >= 0 && k < source.Channels; k++, w += width)
                {
                    float x = k < source.FirstChannels ? source.FirstRow(entry)[k] : source.SecondRow(entry)[k - source.FirstChannels];
                    for (int c = 0; c < width; c++)
                    {
                        sums[(r * width) + c] = float.MultiplyAddEstimate(x, w[c], sums[(r * width) + c]);
                    }
                }
            }
        }
    }
}
