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
    private TrainingBatch(SiteSet sites, Variable features, Variable denseLogits, byte[] labels, Variable? targets)
    {
        Sites = sites;
        Features = features;
        DenseLogits = denseLogits;
        Labels = labels;
        Targets = targets;
    }

    /// <summary>Selected pixels of all crops, crop by crop.</summary>
    public SiteSet Sites { get; }

    /// <summary>[sites, feature channels], a constant.</summary>
    public Variable Features { get; }

    /// <summary>[sites, classes], interpolated, a constant.</summary>
    public Variable DenseLogits { get; }

    /// <summary>[sites]; with targets the class of the largest one, where the site counts.</summary>
    public byte[] Labels { get; }

    /// <summary>[sites, classes], a constant: what each site is to become, from teacher and labels; null without a teacher.</summary>
    public Variable? Targets { get; }

    public static TrainingBatch Create(SparseRefiner refiner, TrainingExample[] crops, SiteSet[] selected, RefinerTrainerOptions options, Tape tape)
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
        Variable? targets = crops[0].Teacher is null ? null : Variable.Output(tape, count, classes, needsGradient: false);
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
            int first = row;
            foreach (int index in sites.Indices)
            {
                indices[row] = (i * height * width) + index;
                labels[row++] = crops[i].Labels.Labels[index];
            }

            if (targets is not null)
            {
                Teach(
                    crops[i], sites.Indices, labels.AsSpan(first, sites.Count), targets.Value.AsMemory(first * classes, sites.Count * classes), options, tape.Workers);
            }
        }

        return new TrainingBatch(new SiteSet(indices, crops.Length, height, width), features, dense, labels, targets);
    }

    public void Dispose()
    {
        Features.Release();
        DenseLogits.Release();
        Targets?.Release();
    }

    /// <summary>The teacher's probabilities, mixed with the label where there is a true one; what lies outside the photo does not count.</summary>
    private static void Teach(
        TrainingExample crop, int[] pixels, Span<byte> labels, Memory<float> targets, RefinerTrainerOptions options, Workers workers)
    {
        TeacherMap teacher = crop.Teacher!;
        teacher.Gather(crop.Window, pixels, targets, workers);
        float share = (float)options.TeacherWeight;
        for (int i = 0; i < pixels.Length; i++)
        {
            Span<float> row = targets.Span.Slice(i * teacher.Classes, teacher.Classes);
            if (!crop.Window.IsInside(pixels[i]))
            {
                labels[i] = options.IgnoreIndex;
                continue;
            }

            if (crop.IsLabelled && labels[i] != options.IgnoreIndex)
            {
                foreach (ref float t in row)
                {
                    t *= share;
                }

                row[labels[i]] += 1 - share;
            }

            labels[i] = TeacherMap.LargestOf(row);
        }
    }
}
