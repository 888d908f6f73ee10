using System.Numerics;
using System.Runtime.CompilerServices;
using SparseRefine.Kernels;

namespace SparseRefine.Sites;

/// <summary>
/// The sites of one level as a bitmap, one bit for each pixel, with the number of sites before each word of 64 bits (its rank): a lookup of three
/// neighbours in a line takes two loads and a population count. The bits of 8 megapixels are 1 MB and stay in the cache, where an index for each pixel
/// would be 32 MB. A line is one word of zeros and then the words of its pixels; a line of zeros stands before the first image and after each, so that
/// lookups one pixel outside an image need no test. The arrays are pooled; <see cref="Return"/> ends their life.
/// </summary>
internal sealed unsafe class SiteBits
{
    private const int BlockLines = 64;

    private readonly int _words;
    private ulong[] _bits;
    private int[] _ranks;

    private SiteBits(int images, int height, int width, BufferPool? pool)
    {
        Pool = pool;
        Images = images;
        Height = height;
        Width = width;
        LineWords = ((width + 63) / 64) + 1;
        // Words behind the last line: a lookup at the right border of the last line reads the next word.
        _words = checked((LineWords * Lines) + 2);
        _bits = BufferPool.Rent<ulong>(pool, _words);
        _ranks = BufferPool.Rent<int>(pool, _words);
        _bits.AsSpan(0, _words).Clear();
    }

    /// <summary>Where the buffers come from; null: the runtime's shared pool.</summary>
    public BufferPool? Pool { get; }

    public int Images { get; }

    public int Height { get; }

    public int Width { get; }

    public int Count { get; private set; }

    /// <summary>Words of a line, the leading zeros included.</summary>
    public int LineWords { get; }

    /// <summary>Bits, line after line.</summary>
    public ulong[] Bits => _bits;

    /// <summary>Sites before each word.</summary>
    public int[] Ranks => _ranks;

    private int Lines => (Images * (Height + 1)) + 1;

    /// <summary>Line of row 0 of an image.</summary>
    public int FirstLine(int image) => (image * (Height + 1)) + 1;

    public static SiteBits Of(SiteSet sites, Workers workers, BufferPool? pool)
    {
        SiteBits result = new(sites.Images, sites.Height, sites.Width, pool);
        if (sites.IsAscending)
        {
            int imageLines = sites.Images * sites.Height;
            workers.For(imageLines, BlockLines, (_, start, end) => result.FillLines(sites, start, end));
        }
        else
        {
            foreach (int index in sites.Indices)
            {
                (int line, int x) = Math.DivRem(index, sites.Width);
                int word = result.Word(line / sites.Height, line % sites.Height, x);
                result._bits[word] |= 1UL << x;
            }
        }

        result.CountRanks();
        return result;
    }

    /// <summary>The bitmap of the next level, of half the sides, rounded up: a pixel is set where any of its four pixels is.</summary>
    public SiteBits Halve()
    {
        SiteBits half = new(Images, (Height + 1) / 2, (Width + 1) / 2, Pool);
        for (int image = 0; image < Images; image++)
        {
            for (int y = 0; y < half.Height; y++)
            {
                // The line below the last one holds zeros.
                ReadOnlySpan<ulong> top = _bits.AsSpan(((FirstLine(image) + (2 * y)) * LineWords) + 1, LineWords - 1);
                ReadOnlySpan<ulong> bottom = _bits.AsSpan(((FirstLine(image) + (2 * y) + 1) * LineWords) + 1, LineWords - 1);
                Span<ulong> target = half._bits.AsSpan(((half.FirstLine(image) + y) * half.LineWords) + 1, half.LineWords - 1);
                for (int w = 0; w < top.Length; w++)
                {
                    target[w / 2] |= EvenBits(top[w] | bottom[w]) << (w % 2 * 32);
                }
            }
        }

        half.CountRanks();
        return half;
    }

    /// <summary>The linear index of every site, ascending.</summary>
    public int[] Indices()
    {
        int[] indices = new int[Count];
        int next = 0;
        for (int image = 0; image < Images; image++)
        {
            for (int y = 0; y < Height; y++)
            {
                int first = ((FirstLine(image) + y) * LineWords) + 1;
                for (int w = 0; w < LineWords - 1; w++)
                {
                    for (ulong bits = _bits[first + w]; bits != 0; bits &= bits - 1)
                    {
                        indices[next++] = (((image * Height) + y) * Width) + (w * 64) + BitOperations.TrailingZeroCount(bits);
                    }
                }
            }
        }

        return indices;
    }

    /// <summary>Position of a site among all, in ascending order.</summary>
    public int Rank(int image, int y, int x)
    {
        int word = Word(image, y, x);
        return _ranks[word] + BitOperations.PopCount(_bits[word] & ((1UL << x) - 1));
    }

    /// <summary>Where the site of a rank (0 to count - 1) is: its line, its word within the line's pixels, and that word's bits from the site on.</summary>
    public (int Line, int Word, ulong Left) Locate(int rank)
    {
        int low = 0;
        int high = Lines - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = _ranks[middle * LineWords] <= rank ? (middle, high) : (low, middle - 1);
        }

        int word = low * LineWords;
        while (_ranks[word + 1] <= rank)
        {
            word++;
        }

        ulong left = _bits[word];
        for (int skip = rank - _ranks[word]; skip > 0; skip--)
        {
            left &= left - 1;
        }

        return (low, word - (low * LineWords) - 1, left);
    }

    /// <summary>Gives the buffers back; harmless the second time.</summary>
    public void Return()
    {
        if (_bits.Length > 0)
        {
            BufferPool.Return(Pool, _bits);
            BufferPool.Return(Pool, _ranks);
            _bits = [];
            _ranks = [];
        }
    }

    // Whether pixel 2x or 2x + 1 is set, for 32 x, in the low bits.
    private static ulong EvenBits(ulong v)
    {
        v = (v | (v >> 1)) & 0x5555555555555555;
        v = (v | (v >> 1)) & 0x3333333333333333;
        v = (v | (v >> 2)) & 0x0F0F0F0F0F0F0F0F;
        v = (v | (v >> 4)) & 0x00FF00FF00FF00FF;
        v = (v | (v >> 8)) & 0x0000FFFF0000FFFF;
        return (v | (v >> 16)) & 0x00000000FFFFFFFF;
    }

    private int Word(int image, int y, int x) => ((FirstLine(image) + y) * LineWords) + 1 + (x >> 6);

    // Lines [start, end) of all images, from the part of the ascending indices that lies in them.
    private void FillLines(SiteSet sites, int start, int end)
    {
        int count = sites.Count;
        int at = FirstAtLeast(sites.Indices, count, start * Width);
        fixed (int* index = sites.Indices)
        fixed (ulong* bits = _bits)
        {
            for (int line = start; line < end; line++)
            {
                (int image, int y) = Math.DivRem(line, Height);
                ulong* words = bits + ((FirstLine(image) + y) * LineWords) + 1;
                int first = line * Width;
                for (; at < count && index[at] - first < Width; at++)
                {
                    int x = index[at] - first;
                    words[x >> 6] |= 1UL << x;
                }
            }
        }
    }

    private static int FirstAtLeast(int[] ascending, int count, int value)
    {
        int found = Array.BinarySearch(ascending, 0, count, value);
        return found < 0 ? ~found : found;
    }

    private void CountRanks()
    {
        int count = 0;
        for (int w = 0; w < _words; w++)
        {
            _ranks[w] = count;
            count += BitOperations.PopCount(_bits[w]);
        }

        Count = count;
    }
}
