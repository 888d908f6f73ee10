using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// A segmentation model: photos in, label maps out. Opens a file that <see cref="SemanticSegmentationCatalog.Save(ITransformer, DataViewSchema?, string)"/>
/// wrote (*.sparserefine), or any dense ONNX model by itself.
/// </summary>
/// <remarks>
/// Thread-safe: any number of threads may predict at once, each photo with buffers of its own that are kept for the next one; every prediction
/// may itself use <see cref="SegmentationModelOptions.Threads"/> threads. <see cref="Dispose"/> ends new predictions with an
/// <see cref="ObjectDisposedException"/>, lets those that have begun end, and frees the ONNX session with the last of them.
/// Register it as a singleton in a service.
/// </remarks>
public sealed partial class SegmentationModel : IDisposable
{
    private readonly MLContext _context;
    private readonly SegmentationModelOptions _options;
    private readonly ModelParts _parts;
    private readonly DataViewSchema? _inputSchema;
    private readonly PhotoScorer _scorer;
    private readonly SharedSessions _sessions;
    private readonly Lazy<string> _hash;
    private readonly PhotoRemarks _remarks;
    private bool _isDisposed;

    private SegmentationModel(
        string name,
        SegmentationModelOptions options,
        MLContext context,
        ModelParts parts,
        DataViewSchema? inputSchema,
        SavedModelDescription? description,
        Lazy<string> hash,
        SharedSessions sessions,
        ClassList? classes = null)
    {
        Name = name;
        _options = options;
        _context = context;
        _remarks = new PhotoRemarks(context);
        _parts = parts;
        _inputSchema = inputSchema;
        _sessions = sessions;
        _hash = hash;
        Description = description;
        Classes = classes ?? description?.ClassList ?? parts.Classes;
        try
        {
            _scorer = PhotoScorer.Of(parts, options.Threads);
            if (_scorer is DirectScorer direct && GraphScorer.PlaceOf(parts, Machine.Of(context, options)) is DenseModelOptions place)
            {
                // The graph is this model's own, the sessions of its parts are shared with others of the same parts.
                GraphScorer graph = new(direct, place with { IntraOpNumThreads = options.Threads }, OpenGraph, context);
                _scorer = graph;
                _sessions = new SharedSessions([graph, new Lease(sessions)]);
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or InvalidInputException)
        {
            sessions.Leave();
            throw new InvalidInputException(
                name,
                "a pipeline from the text column ImagePath or the image column Image to a column of label maps",
                $"another: {e.Message.ReplaceLineEndings(" ")}",
                e);
        }
    }

    /// <summary>What errors call the model: its file, or the name given with its bytes.</summary>
    public string Name { get; }

    /// <summary>Names and colors of the classes; null where the model was saved without.</summary>
    public ClassList? Classes { get; }

    /// <summary>
    /// What the model file holds, part by part; null for a model that was not opened from such a file, and for one with another selector or refiner than its file's.
    /// </summary>
    public SavedModelDescription? Description { get; }

    /// <summary>
    /// SHA-256, lower-case hexadecimal, of the very bytes that the model file was opened from. Of a model whose refiner was exchanged (<see cref="WithRefiner"/>), of the file that
    /// <see cref="Save"/> would write. Of a dense model by itself, of its ONNX file, weights beside it and how it sees photos, as each of them changes its labels.
    /// </summary>
    public string Hash => _hash.Value;

    /// <summary>The dense model, which tells its classes, input size, interpolation and device; null where other people's transformers make the logits. Not the caller's to dispose.</summary>
    public DenseModel? Dense => _parts.Dense?.Model;

    /// <summary>The refiner; null for a dense model alone and for a pipeline of separate stages.</summary>
    public SparseRefiner? Refiner => _parts.Refinement?.Refiner;

    /// <summary>
    /// The pipeline as ML.NET's transformer, from the columns it was fitted on to label maps, to be joined with others. It is this model's: a
    /// prediction engine over it needs <see cref="PredictionEngineOptions.OwnsTransformer"/> false.
    /// </summary>
    public ITransformer Transformer => _parts.Chain;

    /// <summary>Writes the model as a <c>.sparserefine</c> file, with the selector it has now.</summary>
    /// <param name="path">The file; replaced if it exists, left as it was on a failure.</param>
    /// <exception cref="NotSupportedException">A transformer that neither ML.NET nor this library can save.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void Save(string path)
    {
        Enter();
        try
        {
            ModelWriter.Save(_context, _parts.Chain, _inputSchema, path);
        }
        finally
        {
            _sessions.Leave();
        }
    }

    /// <summary>
    /// Drops the buffers that are kept for the next photo: those of the refiner and of the dense model, and what ONNX Runtime keeps on the CPU between runs. They hold as much
    /// as all photos at once ever took; the next photo takes its own anew, which costs it up to half its time again. For a service that has had nothing to do for a while;
    /// <see cref="GC.Collect(int, GCCollectionMode, bool, bool)"/> with <see cref="GCCollectionMode.Aggressive"/> afterwards gives the managed part back to the
    /// system. Predictions may be under way. Models on the same session or weights are released with it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void ReleaseBuffers()
    {
        Enter();
        try
        {
            _scorer.ReleaseBuffers();
            foreach (RowMappingTransformer part in _parts.Transformers.OfType<RowMappingTransformer>())
            {
                part.ReleaseBuffers();
            }
        }
        finally
        {
            _sessions.Leave();
        }
    }

    /// <summary>Ends new predictions; those that have begun end as usual, and the last of them frees the session.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isDisposed, true))
        {
            _sessions.Leave();
        }
    }

    private void Enter()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) || !_sessions.TryEnter(), this);
    }

    private sealed class Lease(SharedSessions sessions) : IDisposable
    {
        public void Dispose() => sessions.Leave();
    }
}
