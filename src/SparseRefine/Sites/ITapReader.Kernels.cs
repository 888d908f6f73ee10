using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SparseRefine.Sites;

/// <summary>Looks up which input sites one output site reads.</summary>
internal unsafe interface ITapReader
{
    /// <summary>Writes nine entries, the rank of the input site or -1.</summary>
    /// <returns>The mask of present taps.</returns>
    int Read(int image, int y, int x, int* entries);
}

/// <summary>Taps at (y * stride + ky - 1, x * stride + kx - 1).</summary>
internal readonly unsafe struct WindowReader(ulong* bits, int* ranks, int lineWords, int imageLines, int stride) : ITapReader
{
    private readonly ulong* _bits = bits;
    private readonly int* _ranks = ranks;
    private readonly int _lineWords = lineWords;
    private readonly int _imageLines = imageLines;
    private readonly int _stride = stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(int image, int y, int x, int* entries)
    {
        // Pixel x - 1 of line y - 1; each line begins with 64 zeros.
        int bit = (x * _stride) + 63;
        int word = (((image * _imageLines) + (y * _stride)) * _lineWords) + (bit >> 6);
        int mask = 0;
        for (int ky = 0; ky < 3; ky++)
        {
            ulong low = _bits[word];
            // The next word's bits above; the shift by one first makes a shift by 64 come out as zero.
            int present = (int)((low >> bit) | ((_bits[word + 1] << 1) << (63 - bit))) & 7;
            int first = _ranks[word] + BitOperations.PopCount(low & ((1UL << bit) - 1));
            int a = present & 1;
            int b = (present >> 1) & 1;
            int c = present >> 2;
            entries[0] = first | (a - 1);
            entries[1] = (first + a) | (b - 1);
            entries[2] = (first + a + b) | (c - 1);
            mask |= present << (3 * ky);
            entries += 3;
            word += _lineWords;
        }

        return mask;
    }
}

/// <summary>
/// The transpose of stride 2: fine y = 2Y + ky - 1, so an even y is read through ky = 1 only, an odd one through ky = 2 (Y = y / 2) and
/// ky = 0 (Y = y / 2 + 1); the same along x.
/// </summary>
internal readonly unsafe struct TransposedReader(ulong* bits, int* ranks, int lineWords, int imageLines) : ITapReader
{
    private readonly ulong* _bits = bits;
    private readonly int* _ranks = ranks;
    private readonly int _lineWords = lineWords;
    private readonly int _imageLines = imageLines;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Read(int image, int y, int x, int* entries)
    {
        Vector256<int>.AllBitsSet.Store(entries);
        entries[8] = -1;

        int oddY = y & 1;
        int oddX = x & 1;
        int bit = (x >> 1) + 64;
        int word = (((image * _imageLines) + (y >> 1) + 1) * _lineWords) + (bit >> 6);
        int upper = 3 * (1 + oddY);
        int mask = ReadPair(word, bit, oddX, 1, entries + upper) << upper;
        return mask | ReadPair(word + _lineWords, bit, oddX, oddY, entries);
    }

    // Writes the ranks of the sites x / 2 and, for an odd x, x / 2 + 1 of one line. With used = 0 (the second line of an even y) it writes -1 over
    // entries that are -1 already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int ReadPair(int word, int bit, int oddX, int used, int* entries)
    {
        ulong low = _bits[word];
        int present = (int)((low >> bit) | ((_bits[word + 1] << 1) << (63 - bit)));
        int first = _ranks[word] + BitOperations.PopCount(low & ((1UL << bit) - 1));
        int near = present & used;
        int far = (present >> 1) & oddX & used;
        entries[1 + oddX] = first | (near - 1);
        entries[0] = (first + (present & 1)) | (far - 1);
        return (near << (1 + oddX)) | far;
    }
}
