namespace SparseRefine.Batch;

/// <summary>Whether a run goes on, and what ended it. Thread-safe.</summary>
/// <param name="cancellation">Stops the run from outside.</param>
internal sealed class RunStop(CancellationToken cancellation)
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private Exception? _error;
    private bool _isDropped;

    /// <summary>Cancelled once the run is to end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the run is to end.</summary>
    public bool IsRequested => _source.IsCancellationRequested;

    /// <summary>The first error that ended it; null where none did.</summary>
    public Exception? Error => Volatile.Read(ref _error);

    /// <summary>Whether a photo was left for another run.</summary>
    public bool IsDropped => Volatile.Read(ref _isDropped);

    /// <summary>Ends the run with no error.</summary>
    public void End() => _source.Cancel();

    /// <summary>Ends the run with an error.</summary>
    /// <param name="e">The error; kept where it is the first.</param>
    public void Fail(Exception e)
    {
        Interlocked.CompareExchange(ref _error, e, null);
        _source.Cancel();
    }

    /// <summary>Notes that a photo is left for another run.</summary>
    public void Drop() => Volatile.Write(ref _isDropped, true);
}
