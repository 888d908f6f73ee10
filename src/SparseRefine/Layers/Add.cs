using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = a + b.</summary>
public static class Add
{
    /// <summary>Applies it and, where a tape is given, records its backward step.</summary>
    /// <param name="a">[rows, channels].</param>
    /// <param name="b">[rows, channels].</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[rows, channels].</returns>
    /// <exception cref="ArgumentException">Shapes that differ.</exception>
    public static Variable Forward(Variable a, Variable b, Tape? tape, Workers workers)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(workers);
        Shapes.Require(b, nameof(b), a.Rows, a.Channels);
        float[] values = a.Value.ToArray();
        ChannelLoops.Add(b.Value, values, workers);
        Variable output = new(values, a.Rows, a.Channels);
        tape?.Record(() =>
        {
            foreach (Variable input in (Variable[])[a, b])
            {
                if (input.NeedsGradient)
                {
                    ChannelLoops.Add(output.Gradient, input.Gradient, tape.Workers);
                }
            }
        });
        return output;
    }

    /// <summary>y = max(a + b, 0) in one pass: the end of a residual block.</summary>
    internal static Variable ForwardRelu(Variable a, Variable b, Tape? tape, Workers workers)
    {
        Shapes.Require(b, nameof(b), a.Rows, a.Channels);
        float[] values = GC.AllocateUninitializedArray<float>(a.Value.Length);
        ChannelLoops.AddRelu(a.Value, b.Value, values, workers);
        Variable output = new(values, a.Rows, a.Channels);
        tape?.Record(() =>
        {
            ChannelLoops.AddWherePositive(output.Gradient, values, a.NeedsGradient ? a.Gradient : null, b.NeedsGradient ? b.Gradient : null, tape.Workers);
        });
        return output;
    }
}
