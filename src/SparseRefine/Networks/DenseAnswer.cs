using System.Numerics;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// ln max(p, 1e-10) of the probabilities among a network's features: the dense logits up to a constant a pixel, which no softmax
/// sees. See <see cref="SparseUNetOptions.ProbabilityColumn"/>.
/// </summary>
internal static class DenseAnswer
{
    private const float Smallest = 1e-10f;
    private const int BlockRows = 2048;

    /// <summary>Writes ln max(p, 1e-10) of the probability columns.</summary>
    /// <param name="features">[rows, input channels]; the array may be longer.</param>
    /// <param name="options">The network's shape, with a probability column.</param>
    /// <param name="rows">Sites.</param>
    /// <param name="target">[rows, classes]; the array may be longer.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    public static void Write(float[] features, SparseUNetOptions options, int rows, float[] target, Workers workers)
    {
        int channels = options.InputChannels;
        int first = options.ProbabilityColumn!.Value;
        int classes = options.Classes;
        workers.For(rows, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                features.AsSpan((i * channels) + first, classes).CopyTo(target.AsSpan(i * classes));
            }

            Span<float> block = target.AsSpan(start * classes, (end - start) * classes);
            Vector<float> smallest = new(Smallest);
            int at = 0;
            for (int last = Simd.VectorEnd(at, block.Length); at < last; at += Vector<float>.Count)
            {
                Vector.Log(Vector.Max(new Vector<float>(block[at..]), smallest)).CopyTo(block[at..]);
            }

            // The same logarithm for the tail, whose bits then do not depend on the vectors' width.
            for (; at < block.Length; at++)
            {
                block[at] = Vector.Log(Vector.Max(new Vector<float>(block[at]), smallest))[0];
            }
        });
    }

    /// <summary>The dense answer as a variable without a gradient, since the features are data.</summary>
    public static Variable Of(Variable features, SparseUNetOptions options, Tape? tape, Workers workers)
    {
        Variable answer = Variable.Output(tape, features.Rows, options.Classes, needsGradient: false);
        Write(features.Value, options, features.Rows, answer.Value, workers);
        return answer;
    }
}
