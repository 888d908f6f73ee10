using Xunit;

namespace SparseRefine.Batch.Tests.Pipeline;

public sealed class GuardedWorkerTests
{
    private static readonly WorkItem Item = new("a.png", "photos/a.png");
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly SteppedTime _time = new();
    private readonly StuckThreads _stuck = new();

    private GuardedWorker<State> Worker() => new("scoring", () => new State(), _stuck, _time);

    [Fact]
    public async Task Run_WorkInTime_GivesItsResultOnOneThreadAndState()
    {
        using GuardedWorker<State> worker = Worker();
        Func<State, Tuple<State, int>> work = state => Tuple.Create(state, Environment.CurrentManagedThreadId);
        Tuple<State, int> first = await worker.Run(Item, work, Step, _ => { });
        Assert.Equal(first, await worker.Run(Item, work, Step, _ => { }));
        Assert.Equal(0, _stuck.Count);
    }

    [Fact]
    public async Task Run_WorkThatThrows_ThrowsTheSame()
    {
        using GuardedWorker<State> worker = Worker();
        Assert.Equal("x", (await Assert.ThrowsAsync<IOException>(() => worker.Run<State>(Item, _ => throw new IOException("x"), Step, _ => { }))).Message);
    }

    [Fact]
    public async Task Run_WorkThatNeverEnds_IsGivenUpAfterTheLimitAndLeavesAWorkerThatGoesOn()
    {
        using GuardedWorker<State> worker = Worker();
        using ManualResetEventSlim end = new();
        TaskCompletionSource<State?> late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        State? stuck = null;
        Task<State> run = worker.Run(
            Item,
            state =>
            {
                stuck = state;
                end.Wait();
                return state;
            },
            Step * 5,
            late.SetResult);
        Assert.Equal(Step * 5, await _time.Pass(run, Step));
        ImageFailedException failure = await Assert.ThrowsAsync<ImageFailedException>(() => run);
        Assert.Equal((FailureReason.TimedOut, 1), (failure.Reason, _stuck.Count));
        Assert.Equal("photos/a.png: expected to be done within 5 s in scoring, got no end", failure.Message);

        // Another thread with another state takes over; the first keeps its own until it comes back.
        Assert.NotSame(stuck, await worker.Run(Item, state => state, Step, _ => { }));
        Assert.False(stuck!.IsDisposed);
        end.Set();
        Assert.Same(stuck, await late.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(SpinWait.SpinUntil(() => _stuck.Count == 0 && stuck.IsDisposed, TimeSpan.FromSeconds(30)));
    }

    private sealed class State : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
