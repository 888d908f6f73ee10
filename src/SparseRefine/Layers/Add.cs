using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y = a + b.</summary>
internal static class Add
{
    /// <summary>[rows, channels] each. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable a, Variable b, Tape? tape, Workers workers)
    {
        Shapes.Require(b, nameof(b), a.Rows, a.Channels);
        Variable output = Variable.Output(tape, a.Rows, a.Channels);
        ChannelLoops.Add(a.Value, new GradientTarget(output.Value, IsFresh: true), output.Length, workers);
        ChannelLoops.Add(b.Value, new GradientTarget(output.Value, IsFresh: false), output.Length, workers);
        tape?.Record(output, () =>
        {
            foreach (Variable input in (Variable[])[a, b])
            {
                if (input.NeedsGradient)
                {
                    ChannelLoops.Add(output.Gradient, input.TakeGradient(), output.Length, tape.Workers);
                }
            }
        });
        return output;
    }

    /// <summary>y = max(a + b, 0) in one pass: the end of a residual block.</summary>
    internal static Variable ForwardRelu(Variable a, Variable b, Tape? tape, Workers workers)
    {
        Shapes.Require(b, nameof(b), a.Rows, a.Channels);
        Variable output = Variable.Output(tape, a.Rows, a.Channels);
        ChannelLoops.AddRelu(a.Value, b.Value, output.Value, output.Length, workers);
        tape?.Record(output, () =>
        {
            foreach (Variable input in (Variable[])[a, b])
            {
                if (input.NeedsGradient)
                {
                    ChannelLoops.AddWherePositive(output.Gradient, output.Value, input.TakeGradient(), output.Length, tape.Workers);
                }
            }
        });
        return output;
    }
}
