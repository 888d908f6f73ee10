using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>
/// An engine that belongs to one user until it is disposed, which returns it to its pool. Not thread-safe, as no PredictionEngine is.
/// </summary>
/// <typeparam name="TSrc">Class of the examples.</typeparam>
/// <typeparam name="TDst">Class of the results.</typeparam>
public sealed class RentedEngine<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly SegmentationEnginePool<TSrc, TDst> _pool;
    private PredictionEngine<TSrc, TDst>? _engine;

    internal RentedEngine(SegmentationEnginePool<TSrc, TDst> pool, PredictionEngine<TSrc, TDst> engine)
    {
        _pool = pool;
        _engine = engine;
    }

    /// <summary>Predicts a row. An image in the result lives until the next prediction of this engine, which disposes it.</summary>
    /// <param name="example">The row; its images are read, never disposed or handed out.</param>
    /// <returns>A new result.</returns>
    /// <exception cref="InvalidInputException">The row has something that the model cannot take.</exception>
    /// <exception cref="ObjectDisposedException">The engine was returned.</exception>
    public TDst Predict(TSrc example)
    {
        ObjectDisposedException.ThrowIf(_engine is null, this);
        ArgumentNullException.ThrowIfNull(example);
        return _engine.Predict(example);
    }

    /// <summary>Returns the engine. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _engine, null) is PredictionEngine<TSrc, TDst> engine)
        {
            _pool.Return(engine);
        }
    }
}
