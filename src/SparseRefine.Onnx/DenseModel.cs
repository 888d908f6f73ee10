using System.Security.Cryptography;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Preprocessing;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx;

/// <summary>
/// Any ONNX segmentation model with one image input [N, 3, h, w] or [N, h, w, 3] (float32, float16 or uint8) and a score output
/// [N, C, h', w'] or [N, h', w', C] (float32 or float16) whose planes have the input's proportions, N 1 or open, sizes fixed or open. One channel
/// of scores z (or p = sigmoid(z)) stands for two classes [0, z] (or [1 - p, p]). A photo is resized as a whole to
/// <see cref="InputSize"/>, each plane becomes (value - mean) / std (uint8 models get the rounded value itself), and the
/// scores come back as logits at the model's own resolution.
/// </summary>
/// <remarks>
/// Holds an ONNX Runtime session: its maker disposes it. <see cref="Run"/> may be called from several threads
/// at once; each call in flight has a pinned input buffer of its own, which is kept for the next call. Disposing while a run is in flight is
/// not allowed.
/// </remarks>
public sealed partial class DenseModel : IDisposable
{
    private readonly DenseModel? _owner;
    private readonly SessionChoice _sessions;
    private readonly ModelSignature _signature;
    private readonly MultiplyAddCounter _counter;
    private readonly Lazy<string> _contents;
    private readonly PhotoInput _input;
    private readonly DenseRunner _runner;
    private volatile bool _disposed;

    /// <summary>Opens a model file.</summary>
    /// <param name="path">The file; errors call it so. Weights in other files of its folder ("external data") are read.</param>
    /// <param name="options">How it sees photos and where it runs; null: all defaults.</param>
    /// <exception cref="ArgumentException">Options that do not fit each other.</exception>
    /// <exception cref="InvalidInputException">
    /// No file, an empty or truncated one or another format; no image input or score output; a size that the options lack, or
    /// that contradicts the model's; a GPU that is not there, without fallback.
    /// </exception>
    public DenseModel(string path, DenseModelOptions? options = null)
        : this(() => OnnxFile.Load(path), path, options)
    {
    }

    /// <summary>Opens a model from memory.</summary>
    /// <param name="model">The bytes of an ONNX file without external data. Not changed, not kept.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">How it sees photos and where it runs; null: all defaults.</param>
    /// <exception cref="ArgumentException">Options that do not fit each other.</exception>
    /// <exception cref="InvalidInputException">As for a file.</exception>
    public DenseModel(byte[] model, string name, DenseModelOptions? options = null)
        : this(() => OnnxFile.Parse(model ?? throw new ArgumentNullException(nameof(model)), name), name, options)
    {
    }

    private DenseModel(Func<OnnxFile> open, string name, DenseModelOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Options = options ?? new DenseModelOptions();
        Options.Validate();
        Name = name;
        OnnxFile file = open();
        if (Options.FeatureOutputName == DenseModelOptions.AutoFeatures)
        {
            // The rule needs input and output, which a session tells; another session then has the value among its outputs.
            using InferenceSession plain = SessionFactory.Open(file, Options with { GpuDeviceId = null }).Session;
            string found = FeatureRule.Find(file, new ModelSignature(plain, file.Model.Graph, name, Options), Options);
            Options = Options with { FeatureOutputName = found };
        }

        int length = file.Bytes.Length;
        file = Options.FeatureOutputName is string features ? file.WithOutput(features) : file;

        // What names an output stands behind the file's own bytes.
        _contents = new(() => Convert.ToHexStringLower(SHA256.HashData(file.SelfContained.AsSpan(0, length))));
        (InferenceSession session, Provider, FallbackReason) = SessionFactory.Open(file, Options);
        _sessions = new SessionChoice(session, MemoryLimit.IsSet || Provider != "CPU", file, Options);
        try
        {
            _signature = new ModelSignature(session, file.Model.Graph, name, Options);
            PhotoAxisRule.Check(file.Model.Graph, name, _signature.OutputName);
            ClassNumberRule.Check(file.Model.Graph, name, _signature.OutputName);
            _input = new PhotoInput(name, _signature, Options, new Workers(Options.IntraOpNumThreads));
        }
        catch
        {
            _sessions.Dispose();
            throw;
        }

        ScoreKind scores = Options.ScoreKind == ScoreKind.Auto ? ScoreKindRule.Decide(file.Model.Graph, _signature.OutputName) : Options.ScoreKind;
        _runner = new DenseRunner(name, _sessions, _signature, scores, Options);
        _counter = new MultiplyAddCounter(file.Model, _signature.InputName, _signature.IsChannelsLast);
    }

    /// <summary>Version and processors of the ONNX Runtime in use, such as "ONNX Runtime 1.31.0, CPU"; with a native package for CUDA that cannot be used, why.</summary>
    public static string RuntimeDescription
    {
        get
        {
            string device = !CudaProbe.HasProvider ? "CPU" : CudaProbe.Problem is string problem ? $"CPU, since CUDA cannot be used: {problem}" : "CUDA";
            return $"ONNX Runtime {NativeRuntime.Environment.GetVersionString()}, {device}";
        }
    }

    /// <summary>Why CUDA cannot be used, in one line; null where its libraries load. The first call of a process tries them.</summary>
    public static string? CudaProblem => CudaProbe.Problem;

    /// <summary>What errors call the model: its path, or the name given with its bytes.</summary>
    public string Name { get; }

    /// <summary>How it sees photos and where it runs; instead of <see cref="DenseModelOptions.AutoFeatures"/> the value that was found.</summary>
    public DenseModelOptions Options { get; }

    /// <summary>"CPU" or "CUDA".</summary>
    public string Provider { get; }

    /// <summary>Why the CPU serves instead of <see cref="DenseModelOptions.GpuDeviceId"/>, in one line; null where no GPU was asked for or it serves.</summary>
    public string? FallbackReason { get; }

    /// <summary>Whether the graph leaves both sides of the image open.</summary>
    public bool TakesAnySize => _signature.TakesAnySize;

    /// <summary>Whether the graph leaves the number of photos a run open, so that a <see cref="DenseBatch"/> runs as one.</summary>
    public bool TakesBatches => _signature.TakesBatches;

    /// <summary>The image input.</summary>
    public string InputName => _signature.InputName;

    /// <summary>The score output.</summary>
    public string OutputName => _signature.OutputName;

    /// <summary>Number of classes; null until the first run where the graph leaves it open.</summary>
    public int? Classes => _runner.Classes == 0 ? null : _runner.Classes;

    /// <summary>Scores one photo. Thread-safe.</summary>
    /// <param name="image">The photo, any size from 1x1; not kept.</param>
    /// <param name="cancellation">Ends the run, also in its middle.</param>
    /// <returns>Logits at the model's own resolution, with the features that the options name.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="OutOfMemoryException">The system has no more memory to give just now.</exception>
    /// <exception cref="InvalidInputException">
    /// The model cannot run at the photo's <see cref="InputSize"/>, or gave NaN, infinities or another shape than [1, C, h, w] or [1, h, w, C] in the input's
    /// proportions.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public LogitMap Run(ImageView image, CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        cancellation.ThrowIfCancellationRequested();
        (int height, int width) = InputSize(image.Height, image.Width);
        InputBuffer buffer = _input.Rent(height, width);
        try
        {
            Prepare(image, height, width, buffer.Bytes);
            return Infer(buffer.Value, 1, height, width, cancellation, (long)image.Height * image.Width)[0];
        }
        finally
        {
            _input.Return(buffer);
        }
    }

    /// <summary>Makes a batch, in which several photos are scored together. Any number of batches may be in use.</summary>
    /// <returns>An empty batch; belongs to one thread.</returns>
    internal DenseBatch CreateBatch()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return new DenseBatch(this);
    }

    /// <summary>
    /// Drops the buffers that are kept for the next photo, and gives the memory that ONNX Runtime keeps on the CPU between runs back to the system. Thread-safe; runs may be in
    /// flight, and keep what they use. The next photo takes all of it anew.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void ReleaseBuffers()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        (int height, int width) = InputSize(1, 1);
        using InputBuffer smallest = _input.Rent(height, width);
        SessionMemory.Shrink(_sessions.For(0), InputName, smallest.Value);
        _input.ReleaseBuffers();
        _runner.ReleaseBuffers();
    }

    /// <summary>Frees the session and the buffers. No run may be in flight.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _input.ReleaseBuffers();
        _runner.Dispose();
        if (_owner is null)
        {
            _sessions.Dispose();
        }
    }

    /// <summary>A model file as one piece: the weights that lie in other files of its folder are in the bytes.</summary>
    internal static byte[] ReadBytes(string path) => OnnxFile.Load(path).SelfContained;

    /// <summary>SHA-256 of the model file with the weights that lie beside it.</summary>
    internal string Contents => _contents.Value;

    internal TensorElementType InputType => _signature.InputType;

    internal bool IsChannelsLast => _signature.IsChannelsLast;

    private bool IsDisposed => _disposed || _owner is { _disposed: true };

    /// <summary>Runs the session on photos of one size, in the input's layout.</summary>
    internal LogitMap[] Infer(OrtValue input, int photos, int height, int width, CancellationToken cancellation, long pixels = 0)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return _runner.Run(input, photos, height, width, cancellation, pixels);
    }

    /// <summary>Resizes and normalises into 3 x height x width values of the model's input type, in its layout.</summary>
    internal void Prepare(ImageView image, int height, int width, Span<byte> target)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        _input.Prepare(image, height, width, target);
    }

    /// <summary>Takes the values of a map that this model gave back for a photo to come. Nobody may use the map any more.</summary>
    internal void Recycle(LogitMap logits) => _runner.Recycle(logits);
}
