using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SparseRefine.Kernels;

namespace SparseRefine.Sites;

/// <summary>Builds the three kernel maps of a level in one pass over its sites each, windows side by side on all threads.</summary>
internal static unsafe class KernelMapBuilder
{
    // Rows of a window, in tiles. Input rows of a window are read in a jumping order, up to nine times each, so they should stay in the second-level
    // cache: 340 tiles are 2,040 rows, at 64 channels of 4 bytes 0.5 MB, half of the 1 MB that current cores have. At stride 2 an output row reads
    // about twice as many inputs that no other row reads, so the window is half as long.
    private const int WindowRows = KernelMap.TileRows * 340;
    private const int StrideTwoWindowRows = KernelMap.TileRows * 170;

    private const int Masks = 1 << KernelMap.Taps;

    // All 512 sets of present taps, in an order in which each differs from the one before by one tap (Gray code): a tile that holds the last rows of one
    // set and the first of the next then has to work through one more tap only.
    private static readonly ushort[] Sequence = [.. Enumerable.Range(0, Masks).Select(i => (ushort)(i ^ (i >> 1)))];

    /// <summary>From a level onto itself (stride 1) or from the finer <paramref name="inputs"/> onto their half (stride 2).</summary>
    public static KernelMap Gather(SiteBits outputs, SiteBits inputs, int stride, Workers workers) =>
        Build(outputs, inputs, stride, workers);

    /// <summary>From the half <paramref name="inputs"/> onto the finer level: the transpose of stride 2.</summary>
    public static KernelMap Scatter(SiteBits outputs, SiteBits inputs, Workers workers) => Build(outputs, inputs, 0, workers);

    /// <summary>Renames rows, for a level whose sites do not stand in ascending order: rank r is row rows[r].</summary>
    public static void Rename(KernelMap map, int[]? outputRows, int[]? inputRows)
    {
        for (int i = 0; outputRows != null && i < map.Rows; i++)
        {
            map.Order[i] = outputRows[map.Order[i]];
        }

        for (int i = 0; inputRows != null && i < map.Rows * KernelMap.Taps; i++)
        {
            int rank = map.Entries[i];
            map.Entries[i] = rank < 0 ? rank : inputRows[rank];
        }
    }

    private static KernelMap Build(SiteBits outputs, SiteBits inputs, int stride, Workers workers)
    {
        KernelMap map = new(outputs.Count, inputs.Count, stride == 2 ? StrideTwoWindowRows : WindowRows, outputs.Pool);
        long present = 0;
        workers.For(map.Rows, map.WindowRows, (_, start, end) =>
        {
            fixed (ulong* bits = inputs.Bits)
            fixed (int* ranks = inputs.Ranks)
            {
                int imageLines = inputs.Height + 1;
                long found = stride == 0
                    ? BuildWindow(map, outputs, start, end, new TransposedReader(bits, ranks, inputs.LineWords, imageLines))
                    : BuildWindow(map, outputs, start, end, new WindowReader(bits, ranks, inputs.LineWords, imageLines, stride));
                Interlocked.Add(ref present, found);
            }
        });
        map.Present = present;
        return map;
    }

    // Reads the taps of sites [start, end), then moves them to their place in the visiting order.
    private static long BuildWindow<TReader>(KernelMap map, SiteBits outputs, int start, int end, TReader reader)
        where TReader : struct, ITapReader
    {
        int rows = end - start;
        int[] scratch = ArrayPool<int>.Shared.Rent(rows * (KernelMap.Taps + 1));
        int* places = stackalloc int[Masks];
        new Span<int>(places, Masks).Clear();
        fixed (int* read = scratch, entries = &map.Entries[start * KernelMap.Taps], order = &map.Order[start])
        fixed (ushort* tileMasks = &map.TileMasks[start / KernelMap.TileRows])
        {
            int* masks = read + (rows * KernelMap.Taps);
            ReadWindow(outputs, start, end, read, masks, places, reader);
            long present = 0;
            int next = 0;
            foreach (int mask in Sequence)
            {
                int count = places[mask];
                places[mask] = next;
                next += count;
                present += count * BitOperations.PopCount((uint)mask);
            }

            int tiles = (rows + KernelMap.TileRows - 1) / KernelMap.TileRows;
            new Span<ushort>(tileMasks, tiles).Clear();
            for (int i = 0; i < rows; i++)
            {
                int place = places[masks[i]]++;
                order[place] = start + i;
                tileMasks[place / KernelMap.TileRows] |= (ushort)masks[i];
                CopyNine(read + (i * KernelMap.Taps), entries + (place * KernelMap.Taps));
            }

            new Span<int>(entries + (rows * KernelMap.Taps), ((tiles * KernelMap.TileRows) - rows) * KernelMap.Taps).Fill(-1);
            ArrayPool<int>.Shared.Return(scratch);
            return present;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ReadWindow<TReader>(
        SiteBits sites, int start, int end, int* entries, int* masks, int* counts, TReader reader)
        where TReader : struct, ITapReader
    {
        fixed (ulong* bits = sites.Bits)
        {
            int lineWords = sites.LineWords;
            (int line, int word, ulong left) = sites.Locate(start);
            int remaining = end - start;
            while (true)
            {
                (int image, int y) = Math.DivRem(line - 1, sites.Height + 1);
                ulong* words = bits + ((long)line * lineWords) + 1;
                for (; word < lineWords - 1; left = words[++word])
                {
                    for (; left != 0; left &= left - 1)
                    {
                        int mask = reader.Read(image, y, (word * 64) + BitOperations.TrailingZeroCount(left), entries);
                        *masks++ = mask;
                        counts[mask]++;
                        entries += KernelMap.Taps;
                        if (--remaining == 0)
                        {
                            return;
                        }
                    }
                }

                line++;
                word = 0;
                left = bits[((long)line * lineWords) + 1];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyNine(int* source, int* target)
    {
        Vector256.Load(source).Store(target);
        target[8] = source[8];
    }
}
