using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// A dense model, and the refiner behind it where there is one, called without rows and columns: both are thread-safe and keep their
/// buffers for the next photo themselves.
/// </summary>
internal sealed class DirectScorer(ModelParts parts, int threads) : PhotoScorer
{
    private const string Photo = "photo";
    private readonly DenseSegmentationTransformer _dense = parts.Dense!;
    private readonly SparseRefinementTransformer? _refinement = parts.Refinement;
    private readonly Workers _workers = new(threads);

    public override PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        ImageView view = Images.View(photo, Photo);
        LogitMap logits = _dense.Score(view, cancellation);
        if (_refinement is null)
        {
            LabelMap labels = _dense.Labels(logits, view.Height, view.Width, _workers);
            return new PhotoAnswer { Labels = labels, Logits = logits, Times = new StageTimes { Dense = Elapsed(start) } };
        }

        double dense = Elapsed(start);
        cancellation.ThrowIfCancellationRequested();
        RefinementResult refined = _refinement.Calibrated(view, logits).Refine(view, logits, parts, _workers);
        return new PhotoAnswer
        {
            Labels = refined.Labels,
            Logits = logits,
            Times = refined.Times with { Dense = dense },
            SelectedPixels = refined.SelectedPixels,
            Selection = refined.Selection,
            SparseLogits = refined.SparseLogits,
            ExtractMultiplyAdds = refined.ExtractMultiplyAdds,
            EnsembleMultiplyAdds = refined.EnsembleMultiplyAdds,
        };
    }

    public override PixelSelection? Select(PhotoAnswer answer) => _refinement?.Selector!.Select(
        answer.Logits!, answer.Labels.Height, answer.Labels.Width, _workers);

    public override SparseLogits? Extract(MLImage photo, PhotoAnswer answer, PixelSelection selection) =>
        _refinement?.Refiner.Extract(Images.View(photo, Photo), answer.Logits!, selection, _workers);

    private static double Elapsed(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
