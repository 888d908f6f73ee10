using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.Onnx.Graphs;

namespace SparseRefine.Onnx.Sessions;

/// <summary>Runs a dense model's session on prepared photos and reads its scores. Thread-safe; the session stays its maker's.</summary>
/// <param name="name">What errors call the model.</param>
/// <param name="sessions">The session, and the one that spares memory.</param>
/// <param name="signature">Input and outputs.</param>
/// <param name="scores">What the scores are; not Auto.</param>
/// <param name="options">How the model sees photos.</param>
internal sealed class DenseRunner(string name, SessionChoice sessions, ModelSignature signature, ScoreKind scores, DenseModelOptions options) : IDisposable
{
    private readonly RunOptions _options = new();
    private readonly ConcurrentBag<float[]> _idle = [];
    private volatile int _classes = Math.Max(signature.Classes, 0);

    /// <summary>Number of classes; 0 until the first run where the graph leaves it open.</summary>
    public int Classes => _classes;

    /// <summary>What the scores are.</summary>
    public ScoreKind Scores => scores;

    /// <summary>The last run's layout of scores.</summary>
    public TensorLayout ScoreLayout { get; private set; }

    /// <summary>The last run's layout of features.</summary>
    public TensorLayout FeatureLayout { get; private set; }

    /// <summary>The last run's shape of scores.</summary>
    public long[] OutputSizes { get; private set; } = [];

    /// <summary>The same session for a model that sees photos otherwise.</summary>
    /// <param name="others">How.</param>
    public DenseRunner With(DenseModelOptions others) => new(name, sessions, signature, scores, others) { _classes = _classes };

    /// <summary>Runs the session on photos of one size, in the input's layout.</summary>
    /// <param name="input">The photos as the model wants them.</param>
    /// <param name="photos">How many they are.</param>
    /// <param name="height">Rows that the model sees.</param>
    /// <param name="width">Columns that the model sees.</param>
    /// <param name="cancellation">Ends the run, also in its middle.</param>
    /// <param name="pixels">Pixels of the photo itself, by which the session is chosen.</param>
    /// <returns>A map a photo.</returns>
    public LogitMap[] Run(OrtValue input, int photos, int height, int width, CancellationToken cancellation, long pixels)
    {
        // Ending a run goes through its options, which are therefore its own where it can be cancelled.
        using RunOptions? own = cancellation.CanBeCanceled ? new RunOptions() : null;
        using CancellationTokenRegistration registration = cancellation.Register(() => own!.Terminate = true);
        try
        {
            string? features = options.FeatureOutputName;
            using IDisposableReadOnlyCollection<OrtValue> outputs = sessions.For(pixels, options.SparesMemory).Run(
                own ?? _options, [signature.InputName], [input], features is null || features == signature.OutputName ? [signature.OutputName] : [signature.OutputName, features]);
            FeatureMap?[] inner = features is null ? new FeatureMap?[photos] : ScoreReader.ReadFeatures(
                outputs[^1], photos, name, features, shape => FeatureLayout = FeatureRule.LayoutOf(shape, height, width, signature.FeatureLayout));
            LogitMap[] maps = ScoreReader.Read(
                outputs[0], photos, inner, name, signature.OutputName, shape => ScoreLayout = signature.Scores.Of(shape, height, width), scores, RentScores);
            OutputSizes = outputs[0].GetTensorTypeAndShape().Shape;
            _classes = maps[0].Classes;
            return maps;
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException e) when (MemoryLimit.IsMissing(e.Message, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes))
        {
            throw new OutOfMemoryException($"{name}: expected memory to run at {height}x{width}, got {OneLine.Of(e)}", e);
        }
        catch (OnnxRuntimeException e)
        {
            string sizes = signature.TakesAnySize ? $" (a model that needs other sizes: SizeMultiple, --size-multiple; it is {options.SizeMultiple})" : "";
            throw new InvalidInputException(
                name, $"a model that runs {(photos == 1 ? "" : $"a batch of {photos} photos ")}at {height}x{width}", OneLine.Of(e) + sizes, e);
        }
    }

    /// <summary>Takes the values of a map for a photo to come. Nobody may use the map any more.</summary>
    /// <param name="logits">A map that a run gave.</param>
    public void Recycle(LogitMap logits) => _idle.Add(logits.Values);

    /// <summary>Drops what is kept for the next photo.</summary>
    public void ReleaseBuffers() => _idle.Clear();

    /// <inheritdoc/>
    public void Dispose() => _options.Dispose();

    // An array of another length than the photo's is dropped, as buffers are.
    private float[] RentScores(int length) =>
        _idle.TryTake(out float[]? values) && values.Length == length ? values : GC.AllocateUninitializedArray<float>(length);
}
