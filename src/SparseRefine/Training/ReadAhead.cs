namespace SparseRefine.Training;

/// <summary>
/// Reads what the next step needs on another thread while a step computes, as a photo that is not in memory has to be decoded and scored
/// again. One caller at a time. Disposing waits for what is being read.
/// </summary>
/// <typeparam name="T">What a step needs.</typeparam>
/// <param name="read">Reads it, given epoch and step; thread-safe.</param>
/// <param name="steps">Steps of an epoch: nothing is read ahead across the validation at its end.</param>
internal sealed class ReadAhead<T>(Func<int, int, T> read, int steps) : IDisposable
{
    private (int Epoch, int Step, Task<T> Value)? _next;

    /// <summary>What a step needs; then the next step's is being read.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="step">From 0 within the epoch.</param>
    public T Take(int epoch, int step)
    {
        T value = _next is { } ahead && (ahead.Epoch, ahead.Step) == (epoch, step) ? ahead.Value.GetAwaiter().GetResult() : read(epoch, step);
        _next = step + 1 < steps ? (epoch, step + 1, Task.Run(() => read(epoch, step + 1))) : null;
        return value;
    }

    public void Dispose()
    {
        // Whatever the reading throws concerns a step that is not made.
        _ = _next?.Value.ContinueWith(_ => { }, TaskScheduler.Default).Wait(Timeout.Infinite);
        _next = null;
    }
}

/// <summary>The same for one pass over a list.</summary>
internal static class ReadAhead
{
    /// <summary>The rows in order, the next one being read while one is used.</summary>
    public static IEnumerable<T> InOrder<T>(IReadOnlyList<T> rows)
    {
        using var ahead = new ReadAhead<T>((_, i) => rows[i], rows.Count);
        for (int i = 0; i < rows.Count; i++)
        {
            yield return ahead.Take(0, i);
        }
    }
}
