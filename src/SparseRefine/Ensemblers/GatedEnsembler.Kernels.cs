using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Ensemblers;

/// <content>Loops over blocks of rows.</content>
internal sealed unsafe partial class GatedEnsembler
{
    private const int BlockRows = 4096;

    /// <inheritdoc/>
    public override void Merge(EnsembleTile tile)
    {
        fixed (float* a = _gate[0].Value, b = _gate[1].Value, c = _gate[2].Value, d = _gate[3].Value)
        fixed (float* e = Merging(0), f = Merging(1), g = Merging(2), h = Merging(3))
        {
            var loop = new GatedLoop(Weights(_gate, a, b, c, d), MergeWeights(e, f, g, h), tile.Dense, tile.Sparse, tile.Scratch, tile.Merged);
            Simd.Run(Simd.Default, ref loop);
        }
    }

    private void Differentiate(Variable dense, Variable sparse, Variable merged, Workers workers)
    {
        int classes = Options.Classes;
        int blocks = Workers.BlockCount(dense.Rows, BlockRows);
        float[][] partial = new float[blocks][];

        // The first read of Gradient allocates it, which must happen once and here, before the blocks run on several threads.
        float[] resultGradient = merged.Gradient;
        float[] sparseGradient = sparse.NeedsGradient ? sparse.Gradient : [];
        int total = Parameters.Sum(p => p.Value.Length);
        int gateLength = _gate.Sum(p => p.Value.Length);
        workers.For(dense.Rows, BlockRows, (block, start, end) =>
        {
            var tile = new GatedTile(classes, ScratchChannels, _gate[3].Value.Length);
            partial[block] = new float[total];
            fixed (float* a = _gate[0].Value, b = _gate[1].Value, c = _gate[2].Value, d = _gate[3].Value)
            fixed (float* e = Merging(0), f = Merging(1), g = Merging(2), h = Merging(3))
            fixed (float* sums = partial[block])
            {
                PerceptronWeights gate = Weights(_gate, a, b, c, d);
                PerceptronWeights merge = MergeWeights(e, f, g, h);
                for (int i = start; i < end; i += EnsembleTile.Rows)
                {
                    int count = Math.Min(EnsembleTile.Rows, end - i);
                    int first = i * classes;
                    int length = count * classes;
                    tile.Backward(
                        gate,
                        merge,
                        gate.Over(sums),
                        merge.Over(sums + gateLength),
                        dense.Value.AsSpan(first, length),
                        sparse.Value.AsSpan(first, length),
                        count,
                        resultGradient.AsSpan(first, length),
                        sparseGradient.Length == 0 ? [] : sparseGradient.AsSpan(first, length));
                }
            }
        });
        foreach (float[] sums in partial)
        {
            AddToGradients(sums);
        }
    }

    private void AddToGradients(float[] sums)
    {
        int position = 0;
        foreach (Parameter parameter in Parameters)
        {
            for (int i = 0; i < parameter.Gradient.Length; i++)
            {
                parameter.Gradient[i] += sums[position++];
            }
        }
    }

    // The last two linears' tensors in order; null for a gate without them.
    private float[]? Merging(int tensor) => _merge.Length == 0 ? null : _merge[tensor].Value;

    // Without hidden units where there are no last two linears.
    private PerceptronWeights MergeWeights(float* hiddenWeight, float* hiddenBias, float* outputWeight, float* outputBias) => _merge.Length == 0
        ? new(Options.Classes, 0, 0, null, null, null, null)
        : Weights(_merge, hiddenWeight, hiddenBias, outputWeight, outputBias);

    private static PerceptronWeights Weights(
        Parameter[] linears, float* hiddenWeight, float* hiddenBias, float* outputWeight, float* outputBias)
        => new(
            linears[0].Shape[1],
            linears[0].Shape[0],
            linears[2].Shape[0],
            hiddenWeight,
            hiddenBias,
            outputWeight,
            outputBias);
}
