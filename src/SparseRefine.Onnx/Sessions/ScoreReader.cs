using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Images;

namespace SparseRefine.Onnx.Sessions;

/// <summary>Copies a score tensor into a logit map, once, checking and converting it there.</summary>
internal static class ScoreReader
{
    private const float Smallest = 1e-10f;
    private const float Tolerance = 1e-3f;

    public static LogitMap Read(OrtValue value, string file, string output, ScoreKind kind)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        long[] shape = info.Shape;
        if (shape.Length != 4 || shape[0] != 1 || shape[1] is < 2 or > 255 || shape[2] < 1 || shape[3] < 1)
        {
            throw new InvalidInputException(
                $"{file}: expected output '{output}' to be [1, 2 to 255 classes, height, width], got [{string.Join(", ", shape)}]");
        }

        float[] values = GC.AllocateUninitializedArray<float>(checked((int)info.ElementCount));
        if (info.ElementDataType == TensorElementType.Float16)
        {
            ReadOnlySpan<Half> halves = MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>());
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)halves[i];
            }
        }
        else
        {
            value.GetTensorDataAsSpan<float>().CopyTo(values);
        }

        ThrowIfNotFinite(values, file, output);
        int classes = (int)shape[1];
        if (kind == ScoreKind.Probabilities || (kind == ScoreKind.Auto && LooksLikeProbabilities(values, classes)))
        {
            TakeLogarithms(values);
        }

        return new LogitMap(values, classes, (int)shape[2], (int)shape[3]);
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

            if (MathF.Abs(sum - 1) > Tolerance)
            {
                return false;
            }
        }

        return true;
    }

    // x - x is 0 for finite values and NaN for NaN and infinities, so the sum of all is 0 only if every value is finite.
    private static void ThrowIfNotFinite(ReadOnlySpan<float> values, string file, string output)
    {
        var sum = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (Vector<float> v in vectors)
        {
            sum += v - v;
        }

        float rest = Vector.Sum(sum);
        for (int i = vectors.Length * Vector<float>.Count; i < values.Length; i++)
        {
            rest += values[i] - values[i];
        }

        if (rest == 0)
        {
            return;
        }

        foreach (float value in values)
        {
            if (!float.IsFinite(value))
            {
                throw new InvalidInputException(
                    $"{file}: expected finite scores from output '{output}', got {value}");
            }
        }
    }
}
