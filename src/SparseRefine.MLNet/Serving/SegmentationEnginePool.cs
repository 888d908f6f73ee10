using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// The way to serve: PredictionEngines that many threads share safely. A PredictionEngine is not thread-safe; this pool rents each to one user
/// at a time, makes at most <see cref="Capacity"/> of them when they are needed, and lets further users wait. All engines run on the one model,
/// whose weights and ONNX session exist once. Thread-safe.
/// </summary>
/// <remarks>
/// Register it as a singleton; whoever made it disposes it (a dependency injection container does so for what its factories make):
/// <code>
/// services.AddSingleton(_ => ml.SemanticSegmentation.CreateEnginePool&lt;Photo, Answer&gt;(model));
/// </code>
/// Disposing ends the renting: idle engines go at once, rented ones when they are returned, and with the last one the model, where the pool owns it.
/// </remarks>
/// <typeparam name="TSrc">Class of the examples.</typeparam>
/// <typeparam name="TDst">Class of the results.</typeparam>
public sealed class SegmentationEnginePool<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private static readonly string? ImageMember = typeof(TDst).GetMembers(BindingFlags.Public | BindingFlags.Instance)
        .FirstOrDefault(member => (member as PropertyInfo)?.PropertyType == typeof(MLImage)
            || (member as FieldInfo)?.FieldType == typeof(MLImage))?.Name;

    private readonly MLContext _context;
    private readonly ITransformer _model;
    private readonly SegmentationEnginePoolOptions _options;
    private readonly Lock _lock = new();
    private readonly Stack<PredictionEngine<TSrc, TDst>> _idle = [];
    private readonly SemaphoreSlim _free;
    private readonly CancellationTokenSource _ending = new();
    private int _created;
    private bool _isDisposed;

    internal SegmentationEnginePool(MLContext context, ITransformer model, SegmentationEnginePoolOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        _context = context;
        _model = model;
        _options = options;
        Capacity = options.Capacity == 0 ? Environment.ProcessorCount : options.Capacity;
        _free = new SemaphoreSlim(Capacity);

        // A class that does not fit the model is an error here, not at the first request.
        _idle.Push(Create());
    }

    /// <summary>Most engines there are.</summary>
    public int Capacity { get; }

    /// <summary>Engines made so far and not disposed; at most <see cref="Capacity"/>.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _created;
            }
        }
    }

    /// <summary>Engines that are rented now.</summary>
    public int Rented
    {
        get
        {
            lock (_lock)
            {
                return _created - _idle.Count;
            }
        }
    }

    /// <summary>Rents an engine for one prediction; the thread waits where all are taken.</summary>
    /// <param name="example">The row; its images are read, never disposed or handed out.</param>
    /// <param name="cancellationToken">Ends the waiting, not a prediction that has begun.</param>
    /// <returns>A new result.</returns>
    /// <exception cref="NotSupportedException">The result has an image, which the engine's next prediction would dispose: use <see cref="Rent"/>.</exception>
    /// <exception cref="InvalidInputException">The row has something that the model cannot take.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public TDst Predict(TSrc example, CancellationToken cancellationToken = default)
    {
        ThrowIfImages(nameof(Predict), nameof(Rent));
        using RentedEngine<TSrc, TDst> engine = Rent(cancellationToken);
        return engine.Predict(example);
    }

    /// <summary>Rents an engine for one prediction; no thread is held while it waits. The prediction itself runs on the continuing thread.</summary>
    /// <param name="example">The row; its images are read, never disposed or handed out.</param>
    /// <param name="cancellationToken">Ends the waiting, not a prediction that has begun.</param>
    /// <returns>A new result.</returns>
    /// <exception cref="NotSupportedException">As for <see cref="Predict"/>: use <see cref="RentAsync"/>.</exception>
    /// <exception cref="InvalidInputException">The row has something that the model cannot take.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public async Task<TDst> PredictAsync(TSrc example, CancellationToken cancellationToken = default)
    {
        ThrowIfImages(nameof(PredictAsync), nameof(RentAsync));
        using RentedEngine<TSrc, TDst> engine = await RentAsync(cancellationToken).ConfigureAwait(false);
        return engine.Predict(example);
    }

    /// <summary>Rents an engine; the thread waits where all are taken. For several predictions, or results with images.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The engine; dispose it to return it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public RentedEngine<TSrc, TDst> Rent(CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource waiting = LinkWaiting(cancellationToken);
        try
        {
            _free.Wait(waiting.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().Name);
        }

        return Take();
    }

    /// <summary>Rents an engine; no thread is held while it waits.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The engine; dispose it to return it.</returns>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public async Task<RentedEngine<TSrc, TDst>> RentAsync(CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource waiting = LinkWaiting(cancellationToken);
        try
        {
            await _free.WaitAsync(waiting.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(GetType().Name);
        }

        return Take();
    }

    /// <summary>Ends the renting; who waits gets an ObjectDisposedException. Does not wait for engines that are out.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            while (_idle.TryPop(out PredictionEngine<TSrc, TDst>? engine))
            {
                End(engine);
            }
        }

        _ending.Cancel();
    }

    internal void Return(PredictionEngine<TSrc, TDst> engine)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                End(engine);
                return;
            }

            _idle.Push(engine);
        }

        _free.Release();
    }

    private RentedEngine<TSrc, TDst> Take()
    {
        lock (_lock)
        {
            // The last one in: as few engines as possible keep buffers in use.
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                return new(this, _idle.TryPop(out PredictionEngine<TSrc, TDst>? engine) ? engine : Create());
            }
            catch
            {
                _free.Release();
                throw;
            }
        }
    }

    private PredictionEngine<TSrc, TDst> Create()
    {
        PredictionEngine<TSrc, TDst> engine = _context.Model.CreatePredictionEngine<TSrc, TDst>(
            _model,
            new PredictionEngineOptions
            {
                OwnsTransformer = false,
                IgnoreMissingColumns = _options.IgnoreMissingColumns,
                InputSchemaDefinition = _options.InputSchemaDefinition,
                OutputSchemaDefinition = _options.OutputSchemaDefinition,
            });
        _created++;
        return engine;
    }

    private void End(PredictionEngine<TSrc, TDst> engine)
    {
        engine.Dispose();
        _created--;
        if (_created == 0 && _options.OwnsModel)
        {
            (_model as IDisposable)?.Dispose();
        }
    }

    private CancellationTokenSource LinkWaiting(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
        }

        return CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
    }

    private static void ThrowIfImages(string method, string instead)
    {
        if (ImageMember is not null)
        {
            throw new NotSupportedException(
                $"{method}: expected a result without images, got '{typeof(TDst).Name}.{ImageMember}', which the engine's next user would dispose; use {instead}");
        }
    }
}
