namespace SparseRefine.Faults;

/// <summary>Workers in processes of their own, each started again when it ends, as Kubernetes does.</summary>
/// <param name="start">Starts one.</param>
/// <param name="count">How many.</param>
internal sealed class WorkerFleet(Func<int, ToolProcess> start, int count) : IDisposable
{
    private const int MostTold = 20;

    private readonly ToolProcess[] _workers = [.. Enumerable.Range(0, count).Select(start)];

    /// <summary>Workers that ended by themselves and were started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Starts those that have ended.</summary>
    public void Tend()
    {
        for (int i = 0; i < _workers.Length; i++)
        {
            if (_workers[i].Wait(TimeSpan.Zero))
            {
                if (Restarts++ < MostTold)
                {
                    Console.WriteLine($"  a worker ended with {_workers[i].ExitCode}: {_workers[i].Error.Trim()}");
                }

                Replace(i);
            }
        }
    }

    /// <summary>SIGKILL to one, and another in its place.</summary>
    /// <param name="index">Which.</param>
    public void Kill(int index)
    {
        _workers[index].Kill();
        Replace(index);
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());

    private void Replace(int index)
    {
        _workers[index].Dispose();
        _workers[index] = start(index);
    }
}
