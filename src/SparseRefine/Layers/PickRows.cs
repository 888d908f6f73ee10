namespace SparseRefine.Layers;

/// <summary>y[i] = x[rows[i]].</summary>
internal static class PickRows
{
    public static Variable Forward(Variable input, int[] rows, Tape tape)
    {
        int channels = input.Channels;
        float[] values = new float[rows.Length * channels];
        for (int i = 0; i < rows.Length; i++)
        {
            input.Value.AsSpan(rows[i] * channels, channels).CopyTo(values.AsSpan(i * channels));
        }

        Variable output = new(values, rows.Length, channels);
        tape.Record(() =>
        {
            for (int i = 0; i < rows.Length; i++)
            {
                for (int c = 0; c < channels; c++)
                {
                    input.Gradient[(rows[i] * channels) + c] += output.Gradient[(i * channels) + c];
                }
            }
        });
        return output;
    }
}
