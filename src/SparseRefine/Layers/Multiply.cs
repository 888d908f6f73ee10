using System.Numerics;
using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = a * b, value by value: a gate.</summary>
internal static class Multiply
{
    private const int BlockValues = 1 << 15;

    /// <summary>[rows, channels] each. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable a, Variable b, Tape? tape, Workers workers)
    {
        Shapes.Require(b, nameof(b), a.Rows, a.Channels);
        Variable output = Variable.Output(tape, a.Rows, a.Channels);
        output.Value.AsSpan(0, output.Length).Clear();
        AddProduct(a.Value, b.Value, output.Value, output.Length, workers);
        tape?.Record(output, () =>
        {
            foreach ((Variable input, Variable other) in ((Variable, Variable)[])[(a, b), (b, a)])
            {
                if (input.NeedsGradient)
                {
                    AddProduct(output.Gradient, other.Value, input.Gradient, output.Length, tape.Workers);
                }
            }
        });
        return output;
    }

    private static void AddProduct(float[] a, float[] b, float[] target, int length, Workers workers) =>
        workers.For(length, BlockValues, (_, start, end) =>
        {
            int i = start;
            for (int last = Simd.VectorEnd(i, end); i < last; i += Vector<float>.Count)
            {
                (new Vector<float>(target, i) + (new Vector<float>(a, i) * new Vector<float>(b, i))).CopyTo(target, i);
            }

            for (; i < end; i++)
            {
                target[i] += a[i] * b[i];
            }
        });
}
