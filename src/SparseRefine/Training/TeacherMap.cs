using System.Numerics;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Training;

/// <summary>
/// A teacher's logits for one photo at their own resolution, kept small: of each pixel the class of the largest logit and, where another comes within
/// <see cref="Range"/> nats of it, up to <see cref="MostOthers"/> further classes with how far below they lie. That is 1.2 bytes a pixel and 2 to 6 more where the
/// teacher is not sure, against 4 bytes for each class. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Softmax does not see a number that is added to all logits of a pixel, so a logit is kept as its distance d below the largest, in one byte: 255 sqrt(d / Range).
/// Steps are 0.01 nats near a tie and 0.1 at the far end. A class that is not kept counts as 3 nats below the last one that is,
/// at most <see cref="Range"/> below the first.
/// </remarks>
internal sealed class TeacherMap
{
    /// <summary>Classes kept of a pixel beside the first.</summary>
    public const int MostOthers = 3;

    /// <summary>Nats below the largest logit where a class is not kept any more.</summary>
    public const float Range = 12;

    // Nats that classes which are not kept are taken to lie below the last one that is.
    private const float Behind = 3;

    // A multiple of 64, so that no two blocks write to one word of bits.
    private const int BlockPixels = 4096;
    private const int BlockRows = 8;
    private const byte Beyond = 255;
    private static readonly float[] Heights = [.. Enumerable.Range(0, 256).Select(code => Range - (Range * code * code / (255f * 255f)))];

    private readonly byte[] _first;
    private readonly ulong[] _unsure;
    private readonly int[] _ranks;
    private readonly byte[] _others;

    /// <param name="classes">Number of classes.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="first">[height, width], the class of the largest logit, ties to the lower class.</param>
    /// <param name="unsure">A bit for each pixel, the lowest of the first word for the first pixel.</param>
    /// <param name="others">[set bits, <see cref="Others"/>, 2]: class and code of the distance.</param>
    /// <exception cref="ArgumentException">Arrays of other lengths, or a class out of range.</exception>
    public TeacherMap(int classes, int height, int width, byte[] first, ulong[] unsure, byte[] others)
    {
        (Classes, Height, Width) = (classes, height, width);
        long set = unsure.Sum(word => (long)BitOperations.PopCount(word));
        if (first.LongLength != (long)height * width || unsure.LongLength != (first.LongLength + 63) / 64 || others.LongLength != set * Others * 2
            || first.AsSpan().ContainsAnyInRange((byte)classes, byte.MaxValue) || others.Where((c, i) => i % 2 == 0 && c >= classes).Any())
        {
            throw new ArgumentException($"expected {height}x{width} pixels of {classes} classes, got {first.Length} with {others.Length} bytes for {set} unsure ones");
        }

        (_first, _unsure, _others) = (first, unsure, others);
        _ranks = new int[unsure.Length];
        for (int i = 1; i < unsure.Length; i++)
        {
            _ranks[i] = _ranks[i - 1] + BitOperations.PopCount(unsure[i - 1]);
        }
    }

    public int Classes { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Memory that the map takes.</summary>
    public long Bytes => _first.LongLength + (sizeof(ulong) * _unsure.LongLength) + (sizeof(int) * _ranks.LongLength) + _others.LongLength;

    /// <summary>Entries of an unsure pixel.</summary>
    public int Others => Math.Min(MostOthers, Classes - 1);

    /// <summary>See the constructor.</summary>
    public (byte[] First, ulong[] Unsure, byte[] Others) Parts => (_first, _unsure, _others);

    /// <summary>Keeps what matters of a teacher's logits.</summary>
    /// <param name="logits">The logits; not kept.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    /// <exception cref="InvalidInputException">A logit that is NaN, infinite or above 1e30 in magnitude.</exception>
    public static TeacherMap Of(LogitMap logits, Workers workers)
    {
        LogitSampler.ThrowUnlessFinite(logits);
        int pixels = logits.Height * logits.Width;
        byte[] first = new byte[pixels];
        ulong[] unsure = new ulong[(pixels + 63) / 64];
        byte[][] parts = new byte[Workers.BlockCount(pixels, BlockPixels)][];
        workers.For(pixels, BlockPixels, (block, start, end) => parts[block] = Pack(logits, first, unsure, start, end));
        return new TeacherMap(logits.Classes, logits.Height, logits.Width, first, unsure, [.. parts.SelectMany(part => part)]);
    }

    /// <summary>The teacher's probabilities at pixels of a crop: the softmax of the logits, read bilinearly.</summary>
    /// <param name="window">Where the crop lies in the photo.</param>
    /// <param name="pixels">Indices of the crop's pixels, row-major; outside the photo its edge is repeated.</param>
    /// <param name="rows">[pixels, classes], written.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    public void Gather(CropWindow window, int[] pixels, Memory<float> rows, Workers workers)
    {
        AxisTaps vertical = AxisTaps.ForPixels(window.Y, Height);
        AxisTaps horizontal = AxisTaps.ForPixels(window.X, Width);
        int width = window.X.CropSize;
        workers.For(pixels.Length, LossRows.BlockSize, (_, start, end) =>
        {
            Span<float> block = rows.Span[(start * Classes)..(end * Classes)];
            block.Clear();
            for (int i = start; i < end; i++)
            {
                Read(vertical, pixels[i] / width, horizontal, pixels[i] % width, block.Slice((i - start) * Classes, Classes));
            }

            Span<double> unused = stackalloc double[LossRows.BlockSize];
            LossRows.Softmax(block, block, unused[..(end - start)], Classes);
        });
    }

    /// <summary>The class of the largest logit of every pixel of the photo, read bilinearly; ties go to the lower class.</summary>
    /// <param name="height">Rows of the photo.</param>
    /// <param name="width">Columns of the photo.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    public LabelMap ToLabels(int height, int width, Workers workers)
    {
        if (height == Height && width == Width)
        {
            return new LabelMap([.. _first], height, width);
        }

        CropWindow whole = CropWindow.Whole(height, width);
        AxisTaps vertical = AxisTaps.ForPixels(whole.Y, Height);
        AxisTaps horizontal = AxisTaps.ForPixels(whole.X, Width);
        byte[] labels = new byte[checked(height * width)];
        workers.For(height, BlockRows, (_, start, end) =>
        {
            Span<float> heights = stackalloc float[Classes];
            for (int y = start; y < end; y++)
            {
                int top = vertical.First[y] * Width;
                int bottom = top + ((vertical.Width - 1) * Width);
                for (int x = 0; x < width; x++)
                {
                    int left = horizontal.First[x];
                    int right = left + horizontal.Width - 1;
                    byte label = _first[top + left];
                    if (label != _first[top + right] || label != _first[bottom + left] || label != _first[bottom + right])
                    {
                        heights.Clear();
                        Read(vertical, y, horizontal, x, heights);
                        label = LargestOf(heights);
                    }

                    labels[(y * width) + x] = label;
                }
            }
        });
        return new LabelMap(labels, height, width);
    }

    /// <summary>The class of the largest value; ties go to the lower class.</summary>
    public static byte LargestOf(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int c = 1; c < values.Length; c++)
        {
            best = values[c] > values[best] ? c : best;
        }

        return (byte)best;
    }

    private static byte[] Pack(LogitMap logits, byte[] first, ulong[] unsure, int start, int end)
    {
        int plane = logits.Height * logits.Width;
        int most = Math.Min(MostOthers, logits.Classes - 1) + 1;
        List<byte> others = [];
        Span<int> best = stackalloc int[MostOthers + 1];
        Span<float> scores = stackalloc float[MostOthers + 1];
        for (int i = start; i < end; i++)
        {
            int count = 0;
            for (int c = 0; c < logits.Classes; c++)
            {
                float z = logits.Values[(c * plane) + i];
                int at = count;
                for (; at > 0 && z > scores[at - 1]; at--)
                {
                    if (at < most)
                    {
                        (scores[at], best[at]) = (scores[at - 1], best[at - 1]);
                    }
                }

                if (at < most)
                {
                    (scores[at], best[at]) = (z, c);
                    count = Math.Min(count + 1, most);
                }
            }

            first[i] = (byte)best[0];
            if (Code(scores[0] - scores[1]) == Beyond)
            {
                continue;
            }

            unsure[i / 64] |= 1UL << (i % 64);
            for (int k = 1; k < most; k++)
            {
                others.Add((byte)best[k]);
                others.Add(Code(scores[0] - scores[k]));
            }
        }

        return [.. others];
    }

    private static byte Code(float distance) => (byte)MathF.Round(255 * MathF.Sqrt(MathF.Min(distance, Range) / Range));

    // The logits of a pixel of the crop, Range added to all.
    private void Read(AxisTaps vertical, int y, AxisTaps horizontal, int x, Span<float> heights)
    {
        for (int i = 0; i < vertical.Width; i++)
        {
            for (int j = 0; j < horizontal.Width; j++)
            {
                float weight = vertical.Weights[(y * vertical.Width) + i] * horizontal.Weights[(x * horizontal.Width) + j];
                if (weight != 0)
                {
                    Add(((vertical.First[y] + i) * Width) + horizontal.First[x] + j, weight, heights);
                }
            }
        }
    }

    private void Add(int pixel, float weight, Span<float> heights)
    {
        byte first = _first[pixel];
        ulong word = _unsure[pixel / 64];
        ulong bit = 1UL << (pixel % 64);
        if ((word & bit) == 0)
        {
            heights[first] += weight * Range;
            return;
        }

        int rank = _ranks[pixel / 64] + BitOperations.PopCount(word & (bit - 1));
        ReadOnlySpan<byte> others = _others.AsSpan(rank * Others * 2, Others * 2);

        // Where the last one kept is near, those behind it are not nowhere.
        float rest = Classes > Others + 1 ? MathF.Max(0, Heights[others[^1]] - Behind) : 0;
        if (rest > 0)
        {
            foreach (ref float height in heights)
            {
                height += weight * rest;
            }
        }

        heights[first] += weight * (Range - rest);
        for (int k = 0; k < others.Length; k += 2)
        {
            heights[others[k]] += weight * (Heights[others[k + 1]] - rest);
        }
    }
}
