using System.Numerics;
using SparseRefine.Images;
using SparseRefine.Kernels;

namespace SparseRefine.Networks;

/// <summary>
/// What the network sees of a pair, a pixel and a class: with p its probability and o the largest of the other classes',
/// ln(p / (1 - p)) / 3 and ln(p / o) / 3, both cut off at 7 / 3 either way; 1 - the sum of the squares of all probabilities; log2 of a cell's side in pixels / 3; the color;
/// and for each window of <see cref="ColorFit"/> its answer a . J + b - 1/2, cut off at 1 either way, and R. Nothing depends on the number of the class.
/// </summary>
internal sealed class PairFeatures
{
    /// <summary>Features of a pair.</summary>
    public const int Channels = 7 + (2 * 3);

    private const int BlockRows = 1024;
    private const float Least = 1e-6f;
    private const float Most = 7;
    private const float Unit = 3;
    private readonly float[] _features;
    private readonly int _first;
    private readonly int _classes;
    private readonly int[] _indices;
    private readonly LogitGrid _grid;
    private readonly float _cell;

    /// <summary>Takes one photo's part.</summary>
    /// <param name="features">Rows of color and class probabilities; the array may be longer.</param>
    /// <param name="first">The photo's first row.</param>
    /// <param name="indices">Pixels of the photo, y * width + x; the array may be longer.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="grid">Which cells each pixel lies between.</param>
    public PairFeatures(float[] features, int first, int[] indices, int classes, LogitGrid grid)
    {
        (_features, _first, _indices, _classes, _grid) = (features, first, indices, classes, grid);
        _cell = MathF.Log2(MathF.Sqrt((float)grid.Height / grid.MapHeight * grid.Width / grid.MapWidth)) / Unit;
    }

    /// <summary>Writes a class's pairs.</summary>
    /// <param name="pairs">The photo's pairs.</param>
    /// <param name="ofClass">The class.</param>
    /// <param name="coefficients">Its <see cref="ColorFit.Coefficients"/>.</param>
    /// <param name="target">[pairs of the class, <see cref="Channels"/>] from <paramref name="at"/> on.</param>
    /// <param name="at">First value.</param>
    /// <param name="workers">Threads; the result does not depend on their number.</param>
    public void Write(ClassPairs pairs, int ofClass, float[] coefficients, float[] target, int at, Workers workers)
    {
        int begin = pairs.Start(ofClass);
        workers.For(pairs.CountOf(ofClass), BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                Write(pairs.Rows[begin + i], ofClass, coefficients, target.AsSpan(at + (i * Channels), Channels));
            }
        });
    }

    private void Write(int row, int ofClass, float[] coefficients, Span<float> target)
    {
        ReadOnlySpan<float> color = _features.AsSpan((_first + row) * (UniversalNetworkOptions.Colors + _classes), UniversalNetworkOptions.Colors + _classes);
        ReadOnlySpan<float> probabilities = color[UniversalNetworkOptions.Colors..];
        float p = probabilities[ofClass];
        float other = Least;
        float squares = 0;
        for (int c = 0; c < probabilities.Length; c++)
        {
            squares += probabilities[c] * probabilities[c];
            other = c == ofClass ? other : MathF.Max(other, probabilities[c]);
        }

        target[0] = Score(p / MathF.Max(1 - p, Least));
        target[1] = Score(p / other);
        target[2] = 1 - squares;
        target[3] = _cell;
        color[..UniversalNetworkOptions.Colors].CopyTo(target[4..]);
        Span<float> mixed = stackalloc float[ColorFit.Stride];
        Read(_indices[row], coefficients, mixed);
        for (int k = 0; k < ColorFit.Radii.Count; k++)
        {
            ReadOnlySpan<float> fit = mixed.Slice(k * ColorFit.Terms, ColorFit.Terms);
            target[7 + (2 * k)] = Math.Clamp((fit[0] * color[0]) + (fit[1] * color[1]) + (fit[2] * color[2]) + fit[3] - 0.5f, -1, 1);
            target[8 + (2 * k)] = fit[4];
        }
    }

    private static float Score(float ratio) => Math.Clamp(MathF.Log(MathF.Max(ratio, Least)), -Most, Most) / Unit;

    // The coefficients between the four cells around a pixel, bilinearly.
    private void Read(int index, float[] coefficients, Span<float> mixed)
    {
        (int y, int x) = Math.DivRem(index, _grid.Width);
        (int top, int bottom, float lower) = _grid.LocateRow(y);
        float right = _grid.Weights[x];
        int a = ((top * _grid.MapWidth) + _grid.Left[x]) * ColorFit.Stride;
        int b = ((top * _grid.MapWidth) + _grid.Right[x]) * ColorFit.Stride;
        int c = ((bottom * _grid.MapWidth) + _grid.Left[x]) * ColorFit.Stride;
        int d = ((bottom * _grid.MapWidth) + _grid.Right[x]) * ColorFit.Stride;
        float wa = (1 - lower) * (1 - right);
        float wb = (1 - lower) * right;
        float wc = lower * (1 - right);
        float wd = lower * right;
        for (int k = 0; k < ColorFit.Stride; k += Vector<float>.Count)
        {
            ((new Vector<float>(coefficients, a + k) * wa) + (new Vector<float>(coefficients, b + k) * wb)
                + (new Vector<float>(coefficients, c + k) * wc) + (new Vector<float>(coefficients, d + k) * wd)).CopyTo(mixed[k..]);
        }
    }
}
