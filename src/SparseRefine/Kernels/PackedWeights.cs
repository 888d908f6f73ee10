namespace SparseRefine.Kernels;

/// <summary>
/// Weights [tap][inputs][outputs] cut into column blocks for the micro kernels: block after block, each
/// [tap][inputs][width] with zeros in columns beyond the last output. Immutable.
/// </summary>
internal sealed class PackedWeights
{
    /// <summary>Columns of the widest block.</summary>
    public const int MaxWidth = 32;

    private PackedWeights(SimdPath path, int taps, int inputs, int outputs, int[] widths, float[] data)
    {
        Path = path;
        Taps = taps;
        Inputs = inputs;
        Outputs = outputs;
        Widths = widths;
        Data = data;
        PaddedOutputs = widths.Sum();
    }

    public SimdPath Path { get; }

    public int Taps { get; }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Columns of each block: half a vector, one or two; any number up to 32 on the scalar path.</summary>
    public int[] Widths { get; }

    public int PaddedOutputs { get; }

    public float[] Data { get; }

    /// <param name="path">Loops that will read them.</param>
    /// <param name="weights">[taps][inputs][outputs].</param>
    /// <param name="taps">1 or 9.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="scale">Factor of each output channel, or empty.</param>
    public static PackedWeights Pack(
        SimdPath path, ReadOnlySpan<float> weights, int taps, int inputs, int outputs, ReadOnlySpan<float> scale = default)
    {
        int[] widths = Blocks(path, outputs);
        float[] data = new float[taps * inputs * widths.Sum()];
        int at = 0;
        int first = 0;
        foreach (int width in widths)
        {
            int columns = Math.Min(width, outputs - first);
            for (int k = 0; k < taps * inputs; k++)
            {
                Span<float> row = data.AsSpan(at, columns);
                weights.Slice((k * outputs) + first, columns).CopyTo(row);
                for (int c = 0; c < columns && !scale.IsEmpty; c++)
                {
                    row[c] *= scale[first + c];
                }

                at += width;
            }

            first += width;
        }

        return new PackedWeights(path, taps, inputs, outputs, widths, data);
    }

    /// <summary>Packs the transposed layer: [taps][outputs][inputs], taps in reverse order where the map is its own mirror image.</summary>
    public static PackedWeights PackTransposed(
        SimdPath path, ReadOnlySpan<float> weights, int taps, int inputs, int outputs, bool mirrored)
    {
        float[] transposed = new float[weights.Length];
        for (int tap = 0; tap < taps; tap++)
        {
            int source = (mirrored ? taps - 1 - tap : tap) * inputs * outputs;
            int target = tap * inputs * outputs;
            for (int i = 0; i < inputs; i++)
            {
                for (int o = 0; o < outputs; o++)
                {
                    transposed[target + (o * inputs) + i] = weights[source + (i * outputs) + o];
                }
            }
        }

        return Pack(path, transposed, taps, outputs, inputs);
    }

    /// <summary>
    /// Two vectors a block where they fill, else one; the last block of the widest path is half a vector if that is enough.
    /// </summary>
    public static int[] Blocks(SimdPath path, int outputs)
    {
        List<int> widths = [];
        for (int left = outputs; left > 0; left -= widths[^1])
        {
            widths.Add(path switch
            {
                SimdPath.Vector512 => left > 24 ? 32 : left > 8 ? 16 : 8,
                SimdPath.Vector256 => left > 8 ? 16 : 8,
                SimdPath.Vector128 => left > 4 ? 8 : 4,
                _ => Math.Min(left, MaxWidth),
            });
        }

        return [.. widths];
    }
}
