using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SparseRefine.Images;

namespace SparseRefine.Onnx;

/// <summary>Turns a model's scores into logits, also for models that other code runs.</summary>
internal static class ScoreConversion
{
    private const float Smallest = 1e-10f; // below it ln p would make p = 0 decide everything (the official code's number)
    private const float Tolerance = 1e-3f; // half precision rounds a probability by up to 5e-4
    private const float ToInfinity = 3.5e8f; // takes what is above LogitSampler.MaxMagnitude out of single precision, and some just below it
    private const float ByteRounding = 0.5f / 255; // and 8 bits by up to this

    /// <summary>Checks scores and makes logits of them: probabilities become z = ln(max(p, 1e-10)).</summary>
    /// <param name="values">[classes, height, width]; the map keeps the array, and probabilities in it are replaced by their logarithms.</param>
    /// <param name="classes">Number of classes, 2 to 255.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="kind">
    /// What the scores mean. <see cref="ScoreKind.Auto"/>: probabilities if all values lie in [0, 1] within 1e-3 and every pixel's add up to 1
    /// within 1e-3 and what 8 bits round them by, 0.5 / 255 a class, logits if not.
    /// </param>
    /// <param name="name">What errors call the scores.</param>
    /// <param name="features">The model's features for the same photo, to go with the logits; null: none.</param>
    /// <returns>The logits.</returns>
    /// <exception cref="ArgumentException">A size out of range, or another number of values than it needs.</exception>
    /// <exception cref="InvalidInputException">A value that is NaN, infinite or above 1e30 in magnitude.</exception>
    public static LogitMap ToLogits(float[] values, int classes, int height, int width, ScoreKind kind, string name, FeatureMap? features = null)
    {
        var map = new LogitMap(values, classes, height, width) { Features = features };
        ThrowIfNotFinite(values, name);
        if (kind == ScoreKind.Probabilities || (kind == ScoreKind.Auto && LooksLikeProbabilities(values, classes)))
        {
            TakeLogarithms(values);
        }

        return map;
    }

    /// <summary>Makes two classes of a binary model's one channel: [0, z], or [1 - p, p].</summary>
    /// <param name="values">[2, pixels], of which the second half is given and the first is set.</param>
    /// <param name="kind">What the channel means. <see cref="ScoreKind.Auto"/>: p if all values lie in [0, 1] within 1e-3, z if not.</param>
    /// <param name="name">What errors call the scores.</param>
    /// <returns>What both classes mean.</returns>
    /// <exception cref="InvalidInputException">Probabilities below 0 or above 1: scaled ones, of which the other class cannot be told.</exception>
    public static ScoreKind AddOtherClass(Span<float> values, ScoreKind kind, string name)
    {
        Span<float> other = values[..(values.Length / 2)];
        ReadOnlySpan<float> given = values[other.Length..];
        if (kind == ScoreKind.Logits || (kind == ScoreKind.Auto && given.ContainsAnyExceptInRange(-Tolerance, 1 + Tolerance)))
        {
            other.Clear();
            return ScoreKind.Logits;
        }

        int outside = given.IndexOfAnyExceptInRange(-Tolerance, 1 + Tolerance);
        if (outside >= 0)
        {
            throw new InvalidInputException(
                name, "probabilities of 0 to 1 of a binary model, or logits (--scores logits)", FormattableString.Invariant($"{given[outside]}"));
        }

        for (int i = 0; i < other.Length; i++)
        {
            other[i] = 1 - given[i];
        }

        return ScoreKind.Probabilities;
    }

    /// <summary>z = ln(max(p, 1e-10)) in place.</summary>
    private static void TakeLogarithms(Span<float> values)
    {
        int i = 0;
        var smallest = Vector256.Create(Smallest);
        Span<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        foreach (ref Vector256<float> v in vectors)
        {
            v = Vector256.Log(Vector256.Max(v, smallest));
            i += Vector256<float>.Count;
        }

        for (; i < values.Length; i++)
        {
            values[i] = MathF.Log(MathF.Max(values[i], Smallest));
        }
    }

    private static bool LooksLikeProbabilities(ReadOnlySpan<float> values, int classes)
    {
        int plane = values.Length / classes;
        for (int i = 0; i < plane; i++)
        {
            float sum = 0;
            for (int c = 0; c < classes; c++)
            {
                float p = values[(c * plane) + i];
                if (p is < -Tolerance or > 1 + Tolerance)
                {
                    return false;
                }

                sum += p;
            }

            if (MathF.Abs(sum - 1) > Tolerance + (classes * ByteRounding))
            {
                return false;
            }
        }

        return true;
    }

    // x - x is 0 for finite values and NaN for NaN and infinities, so the sum of all is 0 only if every value is finite; a value too large becomes infinite first.
    private static void ThrowIfNotFinite(ReadOnlySpan<float> values, string name)
    {
        var sum = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> v in vectors)
        {
            Vector<float> scaled = v * ToInfinity;
            sum += scaled - scaled;
        }

        float rest = Vector.Sum(sum);
        for (int i = vectors.Length * Vector<float>.Count; i < values.Length; i++)
        {
            float scaled = values[i] * ToInfinity;
            rest += scaled - scaled;
        }

        if (rest == 0)
        {
            return;
        }

        foreach (float value in values)
        {
            // A comparison with NaN is false.
            if (!(MathF.Abs(value) <= LogitSampler.MaxMagnitude))
            {
                throw new InvalidInputException(name, $"finite scores up to {LogitSampler.MaxMagnitude:0e+0} in magnitude", $"{value}");
            }
        }
    }
}
