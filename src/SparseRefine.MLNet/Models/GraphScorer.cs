using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Sessions;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.MLNet;

/// <summary>
/// A dense model and the refiner behind it as one graph in one ONNX Runtime session, on a GPU or on what the user added to the session. The graph is built for the first photo. What
/// the graph does not give (logits, sparse logits) comes of the dense model's own session and the engine.
/// </summary>
internal sealed class GraphScorer : PhotoScorer, IDisposable
{
    private readonly DirectScorer _engine;
    private readonly Lazy<GraphSession?> _session;

    /// <param name="engine">The same parts without a graph; serves where there is none.</param>
    /// <param name="place">Where the graph runs.</param>
    /// <param name="open">Builds the graph.</param>
    /// <param name="host">Whose log is told where the engine serves instead.</param>
    public GraphScorer(DirectScorer engine, DenseModelOptions place, Func<OnnxFile> open, IHostEnvironment host)
        : base(engine)
    {
        _engine = engine;
        _session = new(() => Open(place, open, host));
    }

    /// <summary>Where a model runs as a graph.</summary>
    /// <param name="parts">A dense model, and perhaps a refiner.</param>
    /// <param name="machine">What the model's opener says.</param>
    /// <returns>The device, or what is added to the session; null where neither was asked for, or the dense model fell back to the CPU.</returns>
    public static DenseModelOptions? PlaceOf(ModelParts parts, Machine machine)
    {
        DenseModel dense = parts.Dense!.Model;
        DenseModelOptions place = machine.Place(dense.Options);
        return place.ConfigureSession is not null || (place.GpuDeviceId is not null && dense.FallbackReason is null) ? place : null;
    }

    public override PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation)
    {
        if (_session.Value is not GraphSession session)
        {
            return _engine.Score(photo, parts, cancellation);
        }

        // A learned selector's weights of pixels stay in the graph, and so do sparse logits.
        bool asksSelection = Refinement is not null && parts.HasFlag(RefinementParts.Selection);
        bool needsEngine = Refinement is not null
            && (parts.HasFlag(RefinementParts.SparseLogits) || (asksSelection && Refinement.Refiner.Selector is LearnedSelector));
        long start = Stopwatch.GetTimestamp();
        GraphAnswer answer = session.Run(Images.View(photo, "photo"), asksSelection && !needsEngine, cancellation);
        StageTimes times = new() { Dense = Since(start) };
        if (Refinement is null)
        {
            return new PhotoAnswer(answer.Labels, null, times, null);
        }

        PhotoAnswer? beside = needsEngine ? _engine.Score(photo, parts, cancellation) : null;
        RefinementResult? known = beside?.Refined;
        RefinementResult refined = new()
        {
            Labels = answer.Labels,
            SelectedPixels = known?.SelectedPixels ?? answer.SelectedPixels,
            Selection = known?.Selection ?? Selection(answer),
            SparseLogits = known?.SparseLogits,
            Times = default,
            ExtractMultiplyAdds = known?.ExtractMultiplyAdds ?? 0,
            EnsembleMultiplyAdds = known?.EnsembleMultiplyAdds ?? 0,
        };
        return new PhotoAnswer(answer.Labels, beside?.Logits, times, refined);
    }

    public override PhotoAnswer WithLogits(MLImage photo, PhotoAnswer answer) => _engine.WithLogits(photo, answer);

    public override SparseLogits? Extract(MLImage photo, PhotoAnswer answer, PixelSelection selection) => _engine.Extract(photo, answer, selection);

    public override void Recycle(PhotoAnswer answer) => _engine.Recycle(answer);

    public override void ReleaseBuffers()
    {
        if (_session.IsValueCreated)
        {
            _session.Value?.ReleaseBuffers();
        }
    }

    /// <summary>Frees the graph's session. No photo may be in flight.</summary>
    public void Dispose()
    {
        if (_session.IsValueCreated)
        {
            _session.Value?.Dispose();
        }
    }

    private static GraphSession? Open(DenseModelOptions place, Func<OnnxFile> open, IHostEnvironment host)
    {
        try
        {
            return new GraphSession(open(), place with { FallbackToCpu = false });
        }
        catch (InvalidInputException e) when (place is { FallbackToCpu: true, ConfigureSession: null })
        {
            using IChannel channel = host.Start(nameof(SegmentationModel));
            channel.Warning(MessageSensitivity.None, "{0}; the dense model runs by itself, the refiner on the CPU", e.Message);
            return null;
        }
    }

    private static PixelSelection? Selection(GraphAnswer answer)
    {
        if (answer.Mask is not byte[] mask)
        {
            return null;
        }

        int[] sites = new int[mask.AsSpan().Count((byte)1)];
        for (int i = 0, pixel = 0; i < sites.Length; i++, pixel++)
        {
            pixel += mask.AsSpan(pixel).IndexOf((byte)1);
            sites[i] = pixel;
        }

        return new PixelSelection(new SiteSet(sites, 1, answer.Labels.Height, answer.Labels.Width), answer.DenseLabels!);
    }
}
