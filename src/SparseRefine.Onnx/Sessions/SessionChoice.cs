using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Graphs;

namespace SparseRefine.Onnx.Sessions;

/// <summary>The session of a model, and a second one for photos so large that what the first would keep of memory is worth more than its time. Thread-safe.</summary>
/// <param name="usual">The first; owned.</param>
/// <param name="isLimited">Whether the first one's memory is the process's to limit, or a GPU's: it then serves all photos.</param>
/// <param name="file">The model.</param>
/// <param name="options">Threads, and whether the first one spares memory itself.</param>
internal sealed class SessionChoice(InferenceSession usual, bool isLimited, OnnxFile file, DenseModelOptions options) : IDisposable
{
    // Photos of 32 megapixels and more are rare enough to be scored a little slower.
    private const long LargePhoto = 1L << 25;

    private readonly Lazy<InferenceSession> _sparing = new(() => SessionFactory.OpenSparing(file, options));

    /// <summary>The session for a photo.</summary>
    /// <param name="pixels">The photo's own pixels, before it is resized.</param>
    /// <param name="sparesMemory">Whether memory is worth more than time for a photo of any size.</param>
    /// <returns>One of both.</returns>
    public InferenceSession For(long pixels, bool sparesMemory = false) =>
        isLimited || options.SparesMemory || (pixels <= LargePhoto && !sparesMemory) ? usual : _sparing.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        usual.Dispose();
        if (_sparing.IsValueCreated)
        {
            _sparing.Value.Dispose();
        }
    }
}
