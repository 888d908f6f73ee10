using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Onnx.Preprocessing;

/// <summary>
/// Photo -> planes [3, height, width], or pixels [height, width, 3]: value = (resized - mean) / std. Rows first (a weighted sum of whole source rows,
/// contiguous), then columns out of that one cached row. Each target row is computed alone, so threads change nothing.
/// </summary>
internal static unsafe class ImageResampler
{
    private const int RowsPerBlock = 8;

    /// <summary>Resizes and normalises.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="rows">Weights of the vertical direction.</param>
    /// <param name="columns">Weights of the horizontal direction.</param>
    /// <param name="planes">Where each of a pixel's bytes goes, and its mean and gain.</param>
    /// <param name="target">[3, rows.Target, columns.Target], or [rows.Target, columns.Target, 3] where <paramref name="planes"/> says so.</param>
    /// <param name="workers">Threads.</param>
    public static void Run<T, TElement>(
        ImageView image, ResampleAxis rows, ResampleAxis columns, PlaneTransform planes, Span<T> target, Workers workers)
        where T : unmanaged
        where TElement : struct, ITensorElement<T>
    {
        int stride = image.BytesPerPixel;
        int rowBytes = image.Width * stride;
        (int planeSize, int pixelSize) = planes.IsChannelsLast ? (1, 3) : (rows.Target * columns.Target, 1);
        fixed (byte* source = image.Pixels)
        fixed (T* destination = target)
        {
            // A lambda cannot capture fixed pointers; both stay pinned until the loop has ended.
            nint sourceAddress = (nint)source;
            nint destinationAddress = (nint)destination;
            workers.For(rows.Target, RowsPerBlock, (_, start, end) =>
            {
                // One vector more than the row: the last pixel is read with four lanes.
                float[] row = ArrayPool<float>.Shared.Rent(rowBytes + Vector128<float>.Count);
                for (int y = start; y < end; y++)
                {
                    SumRows((byte*)sourceAddress, rowBytes, rows.Start(y), rows.Weights(y), row);
                    T* output = (T*)destinationAddress + ((long)y * columns.Target * pixelSize);
                    SumColumns<T, TElement>(row, stride, columns, planes, output, planeSize, pixelSize);
                }

                ArrayPool<float>.Shared.Return(row);
            });
        }
    }

    private static void SumRows(byte* source, int rowBytes, int first, ReadOnlySpan<float> weights, float[] row)
    {
        row.AsSpan(0, rowBytes + Vector128<float>.Count).Clear();
        for (int k = 0; k < weights.Length; k++)
        {
            AddRow(source + ((long)(first + k) * rowBytes), rowBytes, weights[k], ref MemoryMarshal.GetArrayDataReference(row));
        }
    }

    private static void AddRow(byte* source, int length, float weight, ref float row)
    {
        var factor = Vector256.Create(weight);
        int i = 0;
        for (; i <= length - Vector256<byte>.Count; i += Vector256<byte>.Count)
        {
            (Vector256<ushort> low, Vector256<ushort> high) = Vector256.Widen(Vector256.Load(source + i));
            (Vector256<uint> a, Vector256<uint> b) = Vector256.Widen(low);
            (Vector256<uint> c, Vector256<uint> d) = Vector256.Widen(high);
            AddVector(a, factor, ref Unsafe.Add(ref row, i));
            AddVector(b, factor, ref Unsafe.Add(ref row, i + 8));
            AddVector(c, factor, ref Unsafe.Add(ref row, i + 16));
            AddVector(d, factor, ref Unsafe.Add(ref row, i + 24));
        }

        for (; i < length; i++)
        {
            ref float value = ref Unsafe.Add(ref row, i);
            value = MathF.FusedMultiplyAdd(source[i], weight, value);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddVector(Vector256<uint> bytes, Vector256<float> factor, ref float row)
    {
        Vector256<float> values = Vector256.ConvertToSingle(bytes.AsInt32());
        Vector256.FusedMultiplyAdd(values, factor, Vector256.LoadUnsafe(ref row)).StoreUnsafe(ref row);
    }

    // Lanes 0..2 are the pixel's first three bytes' sums; lane 3 is alpha or the next pixel and is dropped.
    private static void SumColumns<T, TElement>(
        float[] row, int stride, ResampleAxis columns, PlaneTransform planes, T* output, int planeSize, int pixelSize)
        where T : unmanaged
        where TElement : struct, ITensorElement<T>
    {
        ref float origin = ref MemoryMarshal.GetArrayDataReference(row);
        int plane0 = planes.PlaneOfByte0 * planeSize;
        int plane2 = planes.PlaneOfByte2 * planeSize;
        for (int x = 0; x < columns.Target; x++)
        {
            ReadOnlySpan<float> weights = columns.Weights(x);
            ref float pixel = ref Unsafe.Add(ref origin, columns.Start(x) * stride);
            Vector128<float> sum = Vector128<float>.Zero;
            for (int k = 0; k < weights.Length; k++)
            {
                Vector128<float> values = Vector128.LoadUnsafe(ref Unsafe.Add(ref pixel, k * stride));
                sum = Vector128.FusedMultiplyAdd(values, Vector128.Create(weights[k]), sum);
            }

            Vector128<float> result = (sum - planes.Mean) * planes.Gain;
            T* target = output + ((long)x * pixelSize);
            target[plane0] = TElement.From(result[0]);
            target[planeSize] = TElement.From(result[1]);
            target[plane2] = TElement.From(result[2]);
        }
    }
}
