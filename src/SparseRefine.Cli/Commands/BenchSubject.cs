using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Commands;

/// <summary>What a benchmark compares, each from decoded photo to label map, with the same threads.</summary>
/// <param name="full">The dense model at full resolution. Not owned.</param>
/// <param name="low">The dense model that the refiner stands behind. Not owned.</param>
/// <param name="refiner">The refiner.</param>
/// <param name="model">The model of both, as <c>score</c> runs it on decoded photos; null: the dense model and the refiner are run on a made photo. Not owned.</param>
/// <param name="workers">Threads of everything outside ONNX Runtime.</param>
internal sealed class BenchSubject(DenseModel full, DenseModel low, SparseRefiner refiner, SegmentationModel? model, Workers workers)
{
    /// <summary>Threads.</summary>
    public int Threads => workers.Threads;

    /// <summary>The dense model at full resolution: resized and normalised, run, upsampled, labelled.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Milliseconds.</returns>
    public double RunFull(BenchPhoto photo, CancellationToken cancellation) => RunDense(full, photo, cancellation);

    /// <summary>The same at low resolution.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Milliseconds.</returns>
    public double RunLow(BenchPhoto photo, CancellationToken cancellation) => RunDense(low, photo, cancellation);

    /// <summary>The dense model at low resolution and the refiner behind it.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The answer, and milliseconds of the stages; decoding is not among them.</returns>
    public (RefinementResult Answer, StageTimes Times) RunOurs(BenchPhoto photo, CancellationToken cancellation)
    {
        if (model is not null && photo.Image is MLImage image)
        {
            using SegmentationResult result = model.Predict(image, RefinementParts.None, cancellation);
            return (result.Refined!, result.Times);
        }

        ImageView view = photo.View;
        long start = Stopwatch.GetTimestamp();
        LogitMap logits = low.Run(view, cancellation);
        double dense = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        RefinementResult answer = refiner.Refine(view, logits, RefinementParts.None, workers);
        return (answer, answer.Times with { Dense = dense });
    }

    /// <summary>Multiply-adds of the dense model at both resolutions.</summary>
    /// <param name="photo">The photo.</param>
    /// <returns>The numbers; null where the model's graph does not tell them.</returns>
    public (long? Full, long? Low) DenseMultiplyAdds(BenchPhoto photo)
    {
        ImageView view = photo.View;
        return (full.MultiplyAdds(view.Height, view.Width), low.MultiplyAdds(view.Height, view.Width));
    }

    /// <summary>Refuses a pair of dense models with other classes; after the first runs every count is known.</summary>
    /// <exception cref="InvalidInputException">They differ.</exception>
    public void CheckClasses()
    {
        if (low.Classes is int expected && full.Classes is int classes && classes != expected)
        {
            throw new InvalidInputException(full.Name, $"scores of {expected} classes as {low.Name} gives", $"{classes}");
        }
    }

    private double RunDense(DenseModel model, BenchPhoto photo, CancellationToken cancellation)
    {
        ImageView view = photo.View;
        long start = Stopwatch.GetTimestamp();
        LogitMap logits = model.Run(view, cancellation);
        _ = logits.ToLabels(view.Height, view.Width, refiner.Interpolation, workers);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
