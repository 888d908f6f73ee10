using Microsoft.Extensions.Time.Testing;

namespace SparseRefine.Batch.Tests;

/// <summary>A clock that stands still until a test moves it, and that knows when the code under test waits for it.</summary>
internal sealed class SteppedTime : FakeTimeProvider
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _waits = new(0);
    private Task? _wait;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        _waits.Release();
        return timer;
    }

    /// <summary>Moves on by a step each time the code waits, until a task has ended or the code waits again after the last step.</summary>
    /// <param name="task">The task.</param>
    /// <param name="step">The step: as long as the code waits at once.</param>
    /// <param name="most">The most steps.</param>
    /// <returns>The time that has passed.</returns>
    /// <exception cref="TimeoutException">The code neither waits nor ends.</exception>
    public async Task<TimeSpan> Pass(Task task, TimeSpan step, int most = int.MaxValue)
    {
        DateTimeOffset start = GetUtcNow();
        for (int steps = 0; ; steps++)
        {
            _wait ??= _waits.WaitAsync();
            await Task.WhenAny(task, _wait).WaitAsync(Patience);
            if (task.IsCompleted || steps == most)
            {
                return GetUtcNow() - start;
            }

            _wait = null;
            Advance(step);
        }
    }
}
