using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Images;
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
    private readonly DenseSegmentationTransformer _dense;

    public DirectScorer(ModelParts parts, int threads)
        : base(parts.Refinement, threads)
    {
        _dense = parts.Dense!;
        ThrowUnlessFits(_dense.Model.Classes);
        ClassColors.ThrowUnlessFits(parts.Classes, _dense.Model.Classes);
    }

    public override PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        ImageView view = Images.View(photo, Photo);
        LogitMap logits = _dense.Score(view, cancellation);
        double dense = Since(start);
        if (Refinement is null)
        {
            start = Stopwatch.GetTimestamp();
            LabelMap labels = _dense.Labels(logits, view.Height, view.Width, Workers);
            return new PhotoAnswer(labels, logits, new StageTimes { Dense = dense, Select = Since(start) }, null);
        }

        ThrowUnlessFits(logits.Classes);
        cancellation.ThrowIfCancellationRequested();
        RefinementResult refined = Refinement.Refine(view, logits, parts, Workers);
        return new PhotoAnswer(refined.Labels, logits, refined.Times with { Dense = dense }, refined);
    }

    public override PhotoAnswer WithLogits(MLImage photo, PhotoAnswer answer) =>
        answer.Logits is null ? answer with { Logits = _dense.Score(Images.View(photo, Photo), CancellationToken.None) } : answer;

    public override SparseLogits? Extract(MLImage photo, PhotoAnswer answer, PixelSelection selection) =>
        Refinement?.Refiner.Extract(Images.View(photo, Photo), answer.Logits!, selection, Workers);

    public override void Recycle(PhotoAnswer answer) => _dense.Model.Recycle(answer.Logits!);

    // Some graphs tell their number of classes only when they run.
    private void ThrowUnlessFits(int? classes)
    {
        if (Refinement is not null && classes is int found && found != Refinement.Refiner.Classes)
        {
            throw new InvalidInputException(_dense.Model.Name, $"scores of {Refinement.Refiner.Classes} classes as its refiner has", $"{found}");
        }
    }
}
