using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Kernels;

/// <content>The loops: gather a tile's rows, multiply, store.</content>
internal sealed unsafe partial class GatherProduct
{
    private void RunBlock(int start, int end)
    {
        int sums = TileRows * Weights.PaddedOutputs;
        float[] scratch = ArrayPool<float>.Shared.Rent((TileRows * Stride) + Depth + sums);
        fixed (float* input = Input, weights = Weights.Data, output = Output, residual = Residual, bias = Bias,
            activated = Activated, scale = Scale, shift = Shift, buffer = scratch)
        fixed (int* map = Map, order = Order)
        {
            float* zeros = buffer + (TileRows * Stride);
            float* tile = zeros + Depth;
            new Span<float>(zeros, Depth).Clear();
            int* sites = stackalloc int[TileRows];
            for (int first = start; first < end; first += TileRows)
            {
                int rows = Math.Min(TileRows, end - first);
                for (int r = 0; r < rows; r++)
                {
                    sites[r] = order == null ? first + r : order[first + r];
                }

                new Span<float>(tile, sums).Clear();
                if (Weights.Path == SimdPath.Scalar)
                {
                    MultiplyScalar(input, map, sites, rows, weights, tile);
                }
                else
                {
                    MultiplyTile(input, map, sites, rows, weights, buffer, zeros, tile);
                }

                float* column = tile;
                int firstColumn = 0;
                foreach (int width in Weights.Widths)
                {
                    int columns = Math.Min(width, Weights.Outputs - firstColumn);
                    for (int r = 0; r < rows; r++)
                    {
                        long site = sites[r];
                        StoreRow(
                            column + (r * width),
                            columns,
                            output + OutputOffset + (site * OutputStride) + firstColumn,
                            bias == null ? null : bias + firstColumn,
                            residual == null ? null : residual + ResidualOffset + (site * ResidualStride) + firstColumn,
                            activated == null ? null : activated + ActivatedOffset + (site * ActivatedStride) + firstColumn,
                            scale + firstColumn,
                            shift + firstColumn);
                    }

                    column += TileRows * width;
                    firstColumn += width;
                }
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    // The reference: what MultiplyTile computes, one product at a time. Tile [rows][outputs].
    private void MultiplyScalar(float* input, int* map, int* sites, int rows, float* weights, float* tile)
    {
        int inputs = Weights.Inputs;
        int outputs = Weights.Outputs;
        int taps = Weights.Taps;
        for (int r = 0; r < rows; r++)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                long row = map == null ? sites[r] : map[((long)sites[r] * taps) + tap];
                for (int k = 0; row >= 0 && k < inputs; k++)
                {
                    float x = input[(row * InputStride) + k];
                    float* w = weights + (((tap * inputs) + k) * outputs);
                    for (int o = 0; o < outputs; o++)
                    {
                        tile[(r * outputs) + o] += x * w[o];
                    }
                }
            }
        }
    }

    // Taps that stand side by side in the weights are gathered into one run of up to Depth products, so that the micro kernel
    // loads and stores its sums rarely. A tap that no row of the tile has ends the run and costs nothing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyTile(
        float* input, int* map, int* sites, int rows, float* weights, float* gathered, float* zeros, float* tile)
    {
        int inputs = Weights.Inputs;
        int taps = Weights.Taps;
        long stride = InputStride;
        float** sources = stackalloc float*[TileRows];
        int** entries = stackalloc int*[TileRows];
        for (int r = 0; r < rows; r++)
        {
            // Without a map a site is its own only entry.
            entries[r] = map == null ? sites + r : map + ((long)sites[r] * taps);
        }

        int filled = 0;
        int runStart = 0;
        for (int r = rows; r < TileRows; r++)
        {
            sources[r] = zeros;
        }

        for (int tap = 0; tap < taps; tap++)
        {
            bool present = false;
            for (int r = 0; r < rows; r++)
            {
                int row = entries[r][tap];
                present |= row >= 0;
                sources[r] = row < 0 ? zeros : input + (row * stride);
            }

            if (!present)
            {
                MultiplyRun(gathered, weights, runStart, filled, tile);
                filled = 0;
                continue;
            }

            for (int channel = 0; channel < inputs; channel += Depth)
            {
                int count = Math.Min(Depth, inputs - channel);
                if (filled + count > Depth)
                {
                    MultiplyRun(gathered, weights, runStart, filled, tile);
                    filled = 0;
                }

                if (filled == 0)
                {
                    runStart = (tap * inputs) + channel;
                }

                // The zeros are Depth floats: any channel of a missing row reads them from the start.
                Gather(sources, zeros, channel, gathered + filled, count);
                filled += count;
            }
        }

        MultiplyRun(gathered, weights, runStart, filled, tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Gather(float** sources, float* zeros, int channel, float* target, int count)
    {
        switch (count)
        {
            case 8 when channel == 0:
                for (int r = 0; r < TileRows; r++)
                {
                    Vector256.Load(sources[r]).Store(target + (r * Stride));
                }

                break;
            case 16 when channel == 0:
                for (int r = 0; r < TileRows; r++)
                {
                    float* source = sources[r];
                    Vector256.Load(source).Store(target + (r * Stride));
                    Vector256.Load(source + 8).Store(target + (r * Stride) + 8);
                }

                break;
            default:
                for (int r = 0; r < TileRows; r++)
                {
                    float* source = sources[r];
                    RowCopy.Copy(source == zeros ? zeros : source + channel, target + (r * Stride), count);
                }

                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyRun(float* gathered, float* weights, int start, int count, float* tile)
    {
        if (count == 0)
        {
            return;
        }

        int total = Weights.Taps * Weights.Inputs;
        foreach (int width in Weights.Widths)
        {
            float* w = weights + ((long)start * width);
            switch (width)
            {
                case 32:
                    Micro512.Multiply12x32(gathered, w, count, tile);
                    Micro512.Multiply12x32(gathered + (12 * Stride), w, count, tile + (12 * 32));
                    break;
                case 16 when Weights.Path == SimdPath.Vector512:
                    Micro512.Multiply24x16(gathered, w, count, tile);
                    break;
                case 16:
                    for (int r = 0; r < TileRows; r += 6)
                    {
                        Micro256.Multiply6x16(gathered + (r * Stride), w, count, tile + (r * 16));
                    }

                    break;
                default:
                    Micro256.Multiply12x8(gathered, w, count, tile);
                    Micro256.Multiply12x8(gathered + (12 * Stride), w, count, tile + (12 * 8));
                    break;
            }

            weights += (long)total * width;
            tile += TileRows * width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreRow(
        float* sums, int columns, float* output, float* bias, float* residual, float* activated, float* scale, float* shift)
    {
        int c = 0;
        for (; c + 8 <= columns; c += 8)
        {
            var value = Vector256.Load(sums + c);
            value = bias == null ? value : value + Vector256.Load(bias + c);
            value = residual == null ? value : value + Vector256.Load(residual + c);
            value = Relu ? Vector256.Max(value, Vector256<float>.Zero) : value;
            value.Store(output + c);
            if (activated != null)
            {
                var next = (value * Vector256.Load(scale + c)) + Vector256.Load(shift + c);
                Vector256.Max(next, Vector256<float>.Zero).Store(activated + c);
            }
        }

        for (; c < columns; c++)
        {
            float value = sums[c] + (bias == null ? 0 : bias[c]) + (residual == null ? 0 : residual[c]);
            value = Relu ? MathF.Max(value, 0) : value;
            output[c] = value;
            if (activated != null)
            {
                activated[c] = MathF.Max((value * scale[c]) + shift[c], 0);
            }
        }
    }
}
