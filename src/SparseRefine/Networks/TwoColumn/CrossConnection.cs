using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// Brings the coarse column's probabilities and features into one level of the fine one: read at the level's sites, normed, since inner
/// features come in any range, and mapped linearly to the level's channels.
/// </summary>
internal sealed class CrossConnection
{
    public CrossConnection(string name, int coarseChannels, int plane, Random random)
    {
        Norm = new BatchNorm(name + ".norm", coarseChannels);
        Map = new Linear(name + ".linear", coarseChannels, plane, random);
        Parameters = [.. Norm.Parameters, .. Map.Parameters];
    }

    public BatchNorm Norm { get; }

    public Linear Map { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public Variable Forward(CoarseColumn coarse, SiteSet sites, Tape? tape, Workers workers)
    {
        Variable read = Variable.Output(tape, sites.Count, coarse.Channels, needsGradient: false);
        tape?.Record(read, () => { });
        coarse.Gather(sites, read.Value, workers);
        return Map.Forward(Norm.Forward(read, false, tape, workers), tape, workers);
    }

    /// <summary>Both norms folded in: its own in front, and the one behind the sum to which its result is added.</summary>
    public Folded Fold(BatchNorm behind)
    {
        (float[] scale, float[] shift) = Norm.Fold();
        float[] outer = behind.Fold().Scale;
        int outputs = outer.Length;
        float[] weights = [.. Map.Core.Weight.Value];
        double[] sums = [.. Map.Core.Bias!.Value.Select(value => (double)value)];
        for (int k = 0; k < scale.Length; k++)
        {
            for (int o = 0; o < outputs; o++)
            {
                sums[o] += (double)shift[k] * weights[(k * outputs) + o];
                weights[(k * outputs) + o] *= scale[k];
            }
        }

        return new Folded(
            PackedWeights.Pack(Simd.Default, weights, 1, scale.Length, outputs, outer), [.. sums.Select((sum, o) => (float)(sum * outer[o]))]);
    }

    internal sealed record Folded(PackedWeights Weights, float[] Bias)
    {
        /// <summary>Writes [sites, plane]; the array may be longer.</summary>
        public void Run(CoarseColumn coarse, SiteSet sites, float[] output, BufferPool pool, Workers workers)
        {
            float[] read = pool.Rent<float>(checked(sites.Count * coarse.Channels));
            coarse.Gather(sites, read, workers);
            new GatherProduct
            {
                Input = read,
                Weights = Weights,
                Rows = sites.Count,
                Output = output,
                Bias = Bias,
            }.Run(workers);
            pool.Return(read);
        }
    }
}
