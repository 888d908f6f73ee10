using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Experiments.Accuracy;

/// <summary>A dense model alone, or with a refiner behind it: what is measured. Owns the model; dispose it.</summary>
internal sealed class Subject : IDisposable
{
    // Above ln 255: selects nothing, so that one pass interpolates and labels.
    private static readonly EntropySelector Labeller = new(6);
    private static readonly Workers Workers = new();
    private readonly IDisposable _owned;
    private readonly DenseModel _dense;

    private Subject(IDisposable owned, DenseModel dense, SparseRefiner? refiner, IReadOnlyList<PixelChoice> choices)
    {
        _owned = owned;
        _dense = dense;
        Refiner = refiner;
        Choices = choices;
    }

    /// <summary>Null for a dense model alone.</summary>
    public SparseRefiner? Refiner { get; }

    /// <summary>The refiner's own selector and the others asked for; empty for a dense model alone.</summary>
    public IReadOnlyList<PixelChoice> Choices { get; }

    /// <summary>A dense model.</summary>
    public static Subject OfDense(string path, double scale, int multiple)
    {
        DenseModel model = new(path, new DenseModelOptions { Scale = scale, SizeMultiple = multiple });
        return new Subject(model, model, null, []);
    }

    /// <summary>A fitted pipeline.</summary>
    public static Subject OfPipeline(string path, IReadOnlyList<string> selectors)
    {
        ITransformer model = new MLContext().SemanticSegmentation.Load(path, out _);
        var parts = (IEnumerable<ITransformer>)model;
        SparseRefiner refiner = parts.OfType<SparseRefinementTransformer>().Single().Refiner;
        return new Subject(
            (IDisposable)model,
            parts.OfType<DenseSegmentationTransformer>().Single().Model,
            refiner,
            [.. selectors.Prepend(refiner.Selector.Describe()).Distinct().Select(PixelChoice.Parse)]);
    }

    /// <summary>What a fit with these settings takes as long as, for no time depends on the weights.</summary>
    public static Subject OfSettings(SweepPlan plan, FitSettings settings, int classes, IReadOnlyList<string> selectors)
    {
        DenseModel model = new(plan.Dense, new DenseModelOptions { Scale = plan.Scale, SizeMultiple = plan.SizeMultiple });
        SparseRefiner refiner = new(
            PixelSelector.Parse(settings.Selector),
            settings.Options.Features,
            new SparseUNet(settings.Options.NetworkFor(classes, coarseFeatures: 0), settings.Seed),
            new GatedEnsembler(new GatedEnsemblerOptions(classes), settings.Seed));
        return new Subject(model, model, refiner, [.. selectors.Prepend(settings.Selector).Distinct().Select(PixelChoice.Parse)]);
    }

    /// <summary>Accuracy on photos, one photo in memory at a time.</summary>
    public IReadOnlyList<MeasuredRow> Measure(IReadOnlyList<Photo> photos, int classes, CancellationToken cancellation)
    {
        (string? Name, Ensembler? Ensembler)[] ensemblers =
        [
            ("own", Refiner?.Ensembler), ("average", new AverageEnsembler()), ("entropy", new EntropyEnsembler()), ("replace", new ReplaceEnsembler()),
        ];
        var dense = new SparseRefine.Metrics.ConfusionMatrix(classes);
        RefinementEvaluation[][] scores = [.. Choices.Select(_ => ensemblers.Select(_ => new RefinementEvaluation(classes)).ToArray())];
        double? denseWork = 0;
        double[] sparseWork = new double[Choices.Count];
        foreach (Photo photo in photos)
        {
            cancellation.ThrowIfCancellationRequested();
            using MLImage image = PhotoReader.Read(photo.ImagePath);
            LabelMap truth = IndexPng.Read(photo.LabelPath);
            LogitMap logits = _dense.Run(Photo.View(image), cancellation);
            denseWork += _dense.MultiplyAdds(image.Height, image.Width);
            if (Refiner is null)
            {
                dense.Add(truth, Labeller.Select(logits, image.Height, image.Width, Workers).DenseLabels);
            }

            for (int s = 0; s < Choices.Count; s++)
            {
                RefinedPixels refined = Choices[s].Extract(Refiner!, Photo.View(image), logits, Workers);
                sparseWork[s] += refined.Sparse.MultiplyAdds;
                float[] sparse = refined.Spread(refined.Sparse.Values);
                for (int e = 0; e < ensemblers.Length; e++)
                {
                    float[] merged = Refiner!.WithEnsembler(ensemblers[e].Ensembler!).Ensemble(logits, refined.Sparse, Workers);
                    scores[s][e].Add(truth, refined.Selection, sparse, refined.Spread(merged));
                }
            }
        }

        return Refiner is null
            ? [new MeasuredRow(null, null, 0, Of(dense, null), null, null, denseWork / photos.Count)]
            :
            [
                .. Choices.SelectMany((choice, s) => ensemblers.Select((ensembler, e) => new MeasuredRow(
                    choice.Text,
                    ensembler.Name,
                    scores[s][e].Density,
                    Of(scores[s][e].Initial),
                    Of(scores[s][e].RefinerOnly),
                    Of(scores[s][e].Ensembled),
                    (denseWork + sparseWork[s]) / photos.Count))),
            ];
    }

    /// <summary>From decoded photo to label map, once.</summary>
    public void Run(MLImage image, PixelChoice? choice)
    {
        ImageView view = Photo.View(image);
        LogitMap logits = _dense.Run(view);
        if (choice is null)
        {
            Labeller.Select(logits, view.Height, view.Width, Workers);
        }
        else if (choice.IsHalf)
        {
            RefinedPixels refined = choice.Extract(Refiner!, view, logits, Workers);
            float[] merged = refined.Spread(Refiner!.Ensemble(logits, refined.Sparse, Workers));
            LabelMerger.Merge(refined.Selection, merged, Refiner.Classes);
        }
        else
        {
            Refiner!.WithSelector(choice.Selector).Refine(view, logits, Workers);
        }
    }

    public void Dispose() => _owned.Dispose();

    private static Scores Of(RefinementScores scores) => Of(scores.Full, scores.Selected);

    private static Scores Of(SparseRefine.Metrics.ConfusionMatrix full, SparseRefine.Metrics.ConfusionMatrix? selected) => new(
        full.MeanIoU, selected is { Total: > 0 } ? selected.MeanIoU : null, full.PixelAccuracy, full.PerClassIoU);
}
