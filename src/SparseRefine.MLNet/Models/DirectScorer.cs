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
internal sealed class DirectScorer : PhotoScorer
{
    private const string Photo = "photo";
    private readonly DenseModelTransformer _dense;
    private readonly SparseRefinementTransformer? _refinement;
    private readonly Workers _workers;

    public DirectScorer(ModelParts parts, int threads)
    {
        _dense = parts.Dense!;
        _refinement = parts.Refinement;
        _workers = new Workers(threads);
        ThrowUnlessFits(_dense.Model.Classes);
        ClassColors.ThrowUnlessFits(parts.Classes, _dense.Model.Classes);
    }

    public override PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        ImageView view = Images.View(photo, Photo);
        LogitMap logits = _dense.Score(view, cancellation);
        double dense = Elapsed(start);
        if (_refinement is null)
        {
            start = Stopwatch.GetTimestamp();
            LabelMap labels = DenseModelTransformer.Labels(logits, view.Height, view.Width, _workers);
            return new PhotoAnswer { Labels = labels, Logits = logits, Times = new StageTimes { Dense = dense, Select = Elapsed(start) } };
        }

        ThrowUnlessFits(logits.Classes);
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

    // Some graphs tell their number of classes only when they run.
    private void ThrowUnlessFits(int? classes)
    {
        if (_refinement is not null && classes is int found && found != _refinement.Refiner.Classes)
        {
            throw new InvalidInputException(
                $"{_dense.Model.Name}: expected scores of {_refinement.Refiner.Classes} classes as its refiner has, got {found}");
        }
    }

    private static double Elapsed(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
