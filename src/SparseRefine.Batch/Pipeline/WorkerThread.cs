using System.Collections.Concurrent;

namespace SparseRefine.Batch;

/// <summary>
/// A thread that runs one piece of work after the other and can be left alone with one that never ends: no thread of .NET can be stopped from outside, so its place
/// is taken by a new one. Does not keep the process alive.
/// </summary>
internal sealed class WorkerThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = new(boundedCapacity: 1);

    public WorkerThread(string name) => new Thread(Loop) { IsBackground = true, Name = name }.Start();

    /// <summary>Runs a piece of work. One at a time.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>Ends with the work.</returns>
    public Task<T> Run<T>(Func<T> work)
    {
        TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    /// <summary>Ends the thread after the work that it has; does not wait.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Loop()
    {
        foreach (Action work in _work.GetConsumingEnumerable())
        {
            work();
        }

        _work.Dispose();
    }
}
