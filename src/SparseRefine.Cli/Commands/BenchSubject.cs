using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Commands;

/// <summary>What a benchmark compares, each from decoded photo to label map, with the same threads.</summary>
/// <param name="full">The dense model at full resolution. Not owned.</param>
/// <param name="ours">A dense model with a refiner behind it. Not owned.</param>
/// <param name="workers">Threads of everything outside ONNX Runtime.</param>
internal sealed class BenchSubject(DenseModel full, SegmentationModel ours, Workers workers)
{
    private readonly DenseModel _low = ours.Dense!;

    /// <summary>The dense model at full resolution as a graph on the device of the whole model; null: both run as on a CPU.</summary>
    public SegmentationModel? FullGraph { get; init; }

    /// <summary>The same at low resolution.</summary>
    public SegmentationModel? LowGraph { get; init; }

    /// <summary>Threads.</summary>
    public int Threads => workers.Threads;

    /// <summary>The dense model at full resolution: resized and normalised, run, upsampled, labelled.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Milliseconds.</returns>
    public double RunFull(MLImage photo, CancellationToken cancellation) => RunDense(full, FullGraph, photo, cancellation);

    /// <summary>The same at low resolution.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Milliseconds.</returns>
    public double RunLow(MLImage photo, CancellationToken cancellation) => RunDense(_low, LowGraph, photo, cancellation);

    /// <summary>The whole model, as every command runs it.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The answer, and milliseconds of the stages; decoding is not among them.</returns>
    public (RefinementResult Answer, StageTimes Times) RunOurs(MLImage photo, CancellationToken cancellation)
    {
        using SegmentationResult result = ours.Predict(photo, cancellation: cancellation);
        return (result.Refined!, result.Times);
    }

    /// <summary>Multiply-adds of the dense model at both resolutions.</summary>
    /// <param name="photo">The photo.</param>
    /// <returns>The numbers; null where the model's graph does not tell them.</returns>
    public (long? Full, long? Low) DenseMultiplyAdds(MLImage photo) =>
        (full.MultiplyAdds(photo.Height, photo.Width), _low.MultiplyAdds(photo.Height, photo.Width));

    /// <summary>Refuses a pair of dense models with other classes; after the first runs every count is known.</summary>
    /// <exception cref="InvalidInputException">They differ.</exception>
    public void CheckClasses()
    {
        if (_low.Classes is int expected && full.Classes is int classes && classes != expected)
        {
            throw new InvalidInputException(full.Name, $"scores of {expected} classes as {_low.Name} gives", $"{classes}");
        }
    }

    private double RunDense(DenseModel model, SegmentationModel? graph, MLImage photo, CancellationToken cancellation)
    {
        ImageView view = photo.AsView();
        long start = Stopwatch.GetTimestamp();
        if (graph is not null)
        {
            graph.Predict(photo, cancellation: cancellation).Dispose();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        LogitMap logits = model.Run(view, cancellation);
        _ = logits.ToLabels(view.Height, view.Width, ours.Refiner!.Interpolation, workers);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
