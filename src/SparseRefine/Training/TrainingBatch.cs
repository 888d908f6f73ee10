using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>
/// The selected pixels of several crops of one size as one site set with its features, logits and labels. Disposing of it gives features and
/// logits back to the tape's pool.
/// </summary>
internal sealed class TrainingBatch : IDisposable
{
    private TrainingBatch(SiteSet sites, Variable features, Variable denseLogits, byte[] labels)
    {
        Sites = sites;
        Features = features;
        DenseLogits = denseLogits;
        Labels = labels;
    }

    /// <summary>Selected pixels of all crops, crop by crop.</summary>
    public SiteSet Sites { get; }

    /// <summary>[sites, feature channels], a constant.</summary>
    public Variable Features { get; }

    /// <summary>[sites, classes], interpolated, a constant.</summary>
    public Variable DenseLogits { get; }

    /// <summary>[sites].</summary>
    public byte[] Labels { get; }

    public static TrainingBatch Create(SparseRefiner refiner, TrainingExample[] crops, SiteSet[] selected, Tape tape)
    {
        int height = crops[0].Image.Height;
        int width = crops[0].Image.Width;
        int classes = refiner.Classes;
        int channels = refiner.Features.Channels(classes);
        int count = selected.Sum(s => s.Count);
        int[] indices = new int[count];
        Variable features = Variable.Output(tape, count, channels, needsGradient: false);
        Variable dense = Variable.Output(tape, count, classes, needsGradient: false);
        var pass = new FeaturePass(refiner.Features, SparseRefiner.ProbabilityThreshold);
        byte[] labels = new byte[count];
        int row = 0;
        for (int i = 0; i < crops.Length; i++)
        {
            SiteSet sites = selected[i];
            var sampler = new LogitSampler(crops[i].Logits, height, width, refiner.Interpolation);
            float[] part = BufferPool.RentRows<float>(tape.Pool, sites.Count * Math.Max(channels, classes));
            pass.Run(crops[i].Image.View, sampler, sites.Indices, sites.Count, part, tape.Workers);
            part.AsSpan(0, sites.Count * channels).CopyTo(features.Value.AsSpan(row * channels));
            LogitTile.Gather(sampler, sites, part, tape.Workers);
            part.AsSpan(0, sites.Count * classes).CopyTo(dense.Value.AsSpan(row * classes));
            BufferPool.Return(tape.Pool, part);
            foreach (int index in sites.Indices)
            {
                indices[row] = (i * height * width) + index;
                labels[row++] = crops[i].Labels.Labels[index];
            }
        }

        return new TrainingBatch(new SiteSet(indices, crops.Length, height, width), features, dense, labels);
    }

    public void Dispose()
    {
        Features.Release();
        DenseLogits.Release();
    }
}
