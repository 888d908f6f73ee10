using System.Globalization;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.Experiments.Universal;

/// <summary>Bilinear upsampling, guided filters and the universal refiner on the same photos.</summary>
internal static class Measure
{
    // Width in pixels of the narrow boundary band, beside the usual 2 % of the diagonal.
    private const int NarrowBand = 4;

    /// <summary>Prints a line an answer: mIoU, boundary IoU at 2 % of the diagonal and at 4 pixels, IoU of each class.</summary>
    public static void Print(IReadOnlyList<TrainingPhoto> photos, UniversalNetwork network, IPixelSelector selector, Workers workers, TextWriter output)
    {
        int classes = photos[0].Logits.Classes;
        SparseRefiner refiner = new(selector, FeatureSpec.Parse("rgb,p"), network.For(classes), new ReplaceEnsembler());
        Scores dense = new(classes);
        Scores[] filtered = [.. ColorFit.Radii.Select(_ => new Scores(classes))];
        float[] strengths = [0.5f, 1];
        Scores kept = new(classes);
        Scores[] ours = [.. strengths.Select(_ => new Scores(classes))];
        double density = 0;
        double milliseconds = 0;
        long work = 0;
        foreach (TrainingPhoto photo in photos)
        {
            RefinementResult result = refiner.Refine(
                photo.Image.View, photo.Logits, RefinementParts.Selection | RefinementParts.SparseLogits, workers);
            density += result.Selection!.Sites.Density / photos.Count;
            milliseconds += result.Times.Extract / photos.Count;
            work += result.ExtractMultiplyAdds / photos.Count;
            dense.Add(photo.Labels, result.Selection.DenseLabels);
            int[] indices = result.Selection.Sites.Indices;
            float[] before = new float[indices.Length * classes];
            new LogitSampler(photo.Logits, photo.Image.Height, photo.Image.Width, Interpolation.Bilinear).Gather(result.Selection.Sites, before, workers);
            for (int s = 0; s < strengths.Length; s++)
            {
                float strength = strengths[s];
                float[] mixed = [.. before.Zip(result.SparseLogits!.Values, (z, y) => z + (strength * (y - z)))];
                ours[s].Add(photo.Labels, LabelMerger.Merge(result.Selection, mixed, classes));
            }

            float[] bias = new float[classes];
            float[] dp = new float[before.Length];
            Entropy.Softmax(before, classes, dp);
            float[] shifted = [.. result.SparseLogits!.Values];
            float[] np = new float[before.Length];
            for (int round = 0; round < 12; round++)
            {
                Entropy.Softmax(shifted, classes, np);
                for (int c = 0; c < classes; c++)
                {
                    double was = 1e-3;
                    double now = 1e-3;
                    for (int i = c; i < np.Length; i += classes)
                    {
                        was += dp[i];
                        now += np[i];
                    }

                    float add = (float)Math.Log(was / now);
                    bias[c] += add;
                    for (int i = c; i < np.Length; i += classes)
                    {
                        shifted[i] += add;
                    }
                }
            }

            Console.WriteLine("bias " + string.Join(' ', bias.Select(b => b.ToString("0.000"))));
            kept.Add(photo.Labels, LabelMerger.Merge(result.Selection, shifted, classes));
            for (int k = 0; k < filtered.Length; k++)
            {
                filtered[k].Add(photo.Labels, LabelMerger.Merge(result.Selection, GuidedFilter.Answer(photo, result.Selection.Sites, k, workers), classes));
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{photos.Count} photos, {selector.Describe()}: {density:P1} of the pixels, {milliseconds:0} ms, {work / 1e9:0.0} G multiply-adds a photo"));
        dense.Print("bilinear", output);
        for (int k = 0; k < filtered.Length; k++)
        {
            filtered[k].Print($"guided r={ColorFit.Radii[k]}", output);
        }

        kept.Print("area kept", output);
        for (int s = 0; s < ours.Length; s++)
        {
            ours[s].Print(strengths[s] == 1 ? "universal" : $"universal x {strengths[s]}", output);
        }
    }

    private sealed class Scores(int classes)
    {
        private readonly ConfusionMatrix _matrix = new(classes);
        private readonly BoundaryIoU _wide = new(classes);
        private readonly BoundaryIoU _narrow = new(classes, distance: NarrowBand);

        public void Add(LabelMap truth, LabelMap answer)
        {
            _matrix.Add(truth, answer);
            _wide.Add(truth, answer);
            _narrow.Add(truth, answer);
        }

        public void Print(string name, TextWriter output) => output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {name,-14} mIoU {_matrix.MeanIoU:0.0000}, boundary IoU {_wide.Mean:0.0000}, within {NarrowBand} pixels {_narrow.Mean:0.0000}; classes {string.Join(' ', _matrix.PerClassIoU.Select(v => v.ToString("0.000", CultureInfo.InvariantCulture)))}"));
    }
}
