using SparseRefine.Kernels;

namespace SparseRefine.Layers;

/// <summary>y[i] = a[i] followed by b[i].</summary>
internal static class Concatenate
{
    private const int BlockRows = 2048;

    /// <summary>[rows, channels of a] and [rows, channels of b] to [rows, channels of a + channels of b]. With a tape, records the backward step.</summary>
    public static Variable Forward(Variable a, Variable b, Tape? tape, Workers workers)
    {
        Shapes.Require(b, nameof(b), a.Rows, b.Channels);
        Variable output = Variable.Output(tape, a.Rows, a.Channels + b.Channels);
        Join(a, b, output.Value, workers);
        output.CanBeRemade(made => Join(a, b, made, workers));
        tape?.Record(output, () =>
        {
            AddColumns(output, 0, a, tape.Workers);
            AddColumns(output, a.Channels, b, tape.Workers);
        });
        return output;
    }

    private static void Join(Variable a, Variable b, float[] target, Workers workers)
    {
        int channels = a.Channels + b.Channels;
        float[] left = a.Value;
        float[] right = b.Value;
        workers.For(a.Rows, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                left.AsSpan(i * a.Channels, a.Channels).CopyTo(target.AsSpan(i * channels));
                right.AsSpan(i * b.Channels, b.Channels).CopyTo(target.AsSpan((i * channels) + a.Channels));
            }
        });
    }

    private static void AddColumns(Variable output, int first, Variable input, Workers workers)
    {
        if (!input.NeedsGradient)
        {
            return;
        }

        float[] source = output.Gradient;
        float[] target = input.Gradient;
        workers.For(input.Rows, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                for (int c = 0; c < input.Channels; c++)
                {
                    target[(i * input.Channels) + c] += source[(i * output.Channels) + first + c];
                }
            }
        });
    }
}
