using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>The selected pixels of several crops of one size as one site set with its features, logits and labels.</summary>
internal sealed class TrainingBatch
{
    private TrainingBatch(SiteSet sites, float[] features, float[] denseLogits, byte[] labels)
    {
        Sites = sites;
        Features = features;
        DenseLogits = denseLogits;
        Labels = labels;
    }

    /// <summary>Selected pixels of all crops, crop by crop.</summary>
    public SiteSet Sites { get; }

    /// <summary>[sites, feature channels].</summary>
    public float[] Features { get; }

    /// <summary>[sites, classes], interpolated.</summary>
    public float[] DenseLogits { get; }

    /// <summary>[sites].</summary>
    public byte[] Labels { get; }

    public static TrainingBatch Create(SparseRefiner refiner, TrainingExample[] crops, SiteSet[] selected, Workers workers)
    {
        int height = crops[0].Image.Height;
        int width = crops[0].Image.Width;
        int classes = refiner.Classes;
        int channels = refiner.Features.Channels(classes);
        int count = selected.Sum(s => s.Count);
        int[] indices = new int[count];
        float[] features = new float[checked(count * channels)];
        float[] dense = new float[checked(count * classes)];
        byte[] labels = new byte[count];
        int row = 0;
        for (int i = 0; i < crops.Length; i++)
        {
            SiteSet sites = selected[i];
            RefinerFeatures
                .Extract(
                    crops[i].Image.View, crops[i].Logits, sites, refiner.Features, SparseRefiner.ProbabilityThreshold, refiner.Interpolation, workers)
                .CopyTo(features, row * channels);
            float[] logits = new float[sites.Count * classes];
            new LogitSampler(crops[i].Logits, height, width, refiner.Interpolation).Gather(sites, logits, workers);
            logits.CopyTo(dense, row * classes);
            foreach (int index in sites.Indices)
            {
                indices[row] = (i * height * width) + index;
                labels[row++] = crops[i].Labels.Labels[index];
            }
        }

        return new TrainingBatch(new SiteSet(indices, crops.Length, height, width), features, dense, labels);
    }
}
