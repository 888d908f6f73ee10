using System.Buffers;
using System.Numerics;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>What the losses share: checks of their inputs, and the softmax of a block of rows.</summary>
internal static class LossRows
{
    /// <summary>Rows a block. Partial sums are one a block, so results do not depend on the number of threads.</summary>
    public const int BlockSize = 1024;

    /// <summary>Refuses what a loss cannot take.</summary>
    /// <exception cref="ArgumentException">See <see cref="CrossEntropy.Apply"/>.</exception>
    public static void Validate(Variable logits, byte[] labels, byte ignoreIndex, float[]? classWeights, float scale)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length != logits.Rows)
        {
            throw new ArgumentException($"labels: expected {logits.Rows} values, got {labels.Length}", nameof(labels));
        }

        if (!float.IsFinite(scale))
        {
            throw new ArgumentException($"scale: expected a finite number, got {scale}", nameof(scale));
        }

        int classes = logits.Channels;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] >= classes && labels[i] != ignoreIndex)
            {
                throw new ArgumentException(
                    $"labels: expected 0 to {classes - 1} or {ignoreIndex} (ignore), got {labels[i]} in row {i}",
                    nameof(labels));
            }
        }

        if (classWeights is null)
        {
            return;
        }

        if (classWeights.Length != classes)
        {
            throw new ArgumentException(
                $"classWeights: expected {classes} values, got {classWeights.Length}", nameof(classWeights));
        }

        foreach (float weight in classWeights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
            {
                throw new ArgumentException(
                    $"classWeights: expected finite values of at least 0, got {weight}", nameof(classWeights));
            }
        }
    }

    /// <summary>The softmax of rows [start, end), in rented memory: dispose of it.</summary>
    public static Block Softmax(Variable logits, int start, int end)
    {
        int classes = logits.Channels;
        var block = new Block(end - start, classes);
        Softmax(logits.Value.AsSpan(start * classes, (end - start) * classes), block.Probabilities, block.LogSums, classes);
        return block;
    }

    /// <summary>Softmax of each row, its largest value taken off first so that nothing overflows.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="probabilities">[rows, classes], written.</param>
    /// <param name="logSums">[rows], written: ln sum exp(z - max z) + max z.</param>
    /// <param name="classes">Values a row.</param>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities, Span<double> logSums, int classes)
    {
        for (int row = 0; row < logSums.Length; row++)
        {
            ReadOnlySpan<float> z = logits.Slice(row * classes, classes);
            Span<float> shifted = probabilities.Slice(row * classes, classes);
            float max = z[0];
            for (int c = 1; c < z.Length; c++)
            {
                max = MathF.Max(max, z[c]);
            }

            for (int c = 0; c < z.Length; c++)
            {
                shifted[c] = z[c] - max;
            }

            logSums[row] = max;
        }

        // One pass over the whole block: rows of a few classes would leave most lanes empty.
        Exp(probabilities);
        for (int row = 0; row < logSums.Length; row++)
        {
            Span<float> p = probabilities.Slice(row * classes, classes);
            double sum = 0;
            foreach (float value in p)
            {
                sum += value;
            }

            float inverse = (float)(1 / sum);
            for (int c = 0; c < p.Length; c++)
            {
                p[c] *= inverse;
            }

            logSums[row] += Math.Log(sum);
        }
    }

    /// <summary>Probabilities [rows, classes] and ln sum exp z [rows] of a block of rows.</summary>
    public readonly struct Block(int rows, int classes) : IDisposable
    {
        private readonly float[] _probabilities = ArrayPool<float>.Shared.Rent(rows * classes);
        private readonly double[] _logSums = ArrayPool<double>.Shared.Rent(rows);

        public Span<float> Probabilities => _probabilities.AsSpan(0, rows * classes);

        public Span<double> LogSums => _logSums.AsSpan(0, rows);

        public ReadOnlySpan<float> Row(int row) => _probabilities.AsSpan(row * classes, classes);

        public void Dispose()
        {
            ArrayPool<float>.Shared.Return(_probabilities);
            ArrayPool<double>.Shared.Return(_logSums);
        }
    }

    private static void Exp(Span<float> values)
    {
        int i = 0;
        for (int last = Simd.VectorEnd(i, values.Length); i < last; i += Vector<float>.Count)
        {
            Vector.Exp(new Vector<float>(values[i..])).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] = MathF.Exp(values[i]);
        }
    }
}
