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

    /// <summary>Floats of the data.</summary>
    public static int Length(SimdPath path, int taps, int inputs, int outputs) => taps * inputs * Blocks(path, outputs).Sum();

    /// <summary>Packs a layer.</summary>
    /// <param name="path">Loops that will read them.</param>
    /// <param name="weights">[taps][inputs][outputs].</param>
    /// <param name="taps">1 or 9.</param>
    /// <param name="inputs">Input channels.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="scale">Factor of each output channel; null: none.</param>
    /// <param name="workers">Threads; null: the caller alone.</param>
    /// <param name="data">Becomes the data, of that <see cref="Length"/>; null: a new array.</param>
    public static PackedWeights Pack(
        SimdPath path, float[] weights, int taps, int inputs, int outputs, float[]? scale = null, Workers? workers = null, float[]? data = null) =>
        Pack(path, taps, inputs, outputs, workers, data, (first, width, block) =>
        {
            int columns = Math.Min(width, outputs - first);
            Span<float> target = block.Span;
            for (int k = 0; k < taps * inputs; k++, target = target[width..])
            {
                weights.AsSpan((k * outputs) + first, columns).CopyTo(target);
                for (int c = 0; c < columns && scale != null; c++)
                {
                    target[c] *= scale[first + c];
                }

                target[columns..width].Clear();
            }
        });

    /// <summary>
    /// Packs the weights of the backward step, which maps gradients of outputs to gradients of inputs: [taps][outputs][inputs], with the taps in
    /// reverse order where one map serves both directions (<see cref="Layers.ConvolutionMaps.IsMirrored"/>).
    /// </summary>
    public static PackedWeights PackTransposed(
        SimdPath path, float[] weights, int taps, int inputs, int outputs, bool mirrored, Workers? workers = null, float[]? data = null) =>
        Pack(path, taps, outputs, inputs, workers, data, (first, width, block) =>
        {
            int columns = Math.Min(width, inputs - first);
            Span<float> target = block.Span;
            if (columns < width)
            {
                target.Clear();
            }

            for (int tap = 0; tap < taps; tap++, target = target[(outputs * width)..])
            {
                int source = (mirrored ? taps - 1 - tap : tap) * inputs * outputs;
                for (int c = 0; c < columns; c++)
                {
                    ReadOnlySpan<float> row = weights.AsSpan(source + ((first + c) * outputs), outputs);
                    for (int o = 0, at = c; o < row.Length; o++, at += width)
                    {
                        target[at] = row[o];
                    }
                }
            }
        });

    /// <summary>
    /// Widths of the column blocks: one or two vectors, or half a vector of 16; chosen so that at most 7 columns of the last block are zeros.
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

    private static PackedWeights Pack(
        SimdPath path, int taps, int inputs, int outputs, Workers? workers, float[]? data, Action<int, int, Memory<float>> fill)
    {
        int[] widths = Blocks(path, outputs);
        data ??= GC.AllocateUninitializedArray<float>(taps * inputs * widths.Sum());
        (workers ?? new Workers(1)).For(widths.Length, 1, (block, _, _) =>
        {
            int first = widths.Take(block).Sum();
            fill(first, widths[block], data.AsMemory(first * taps * inputs, widths[block] * taps * inputs));
        });
        return new PackedWeights(path, taps, inputs, outputs, widths, data);
    }
}
