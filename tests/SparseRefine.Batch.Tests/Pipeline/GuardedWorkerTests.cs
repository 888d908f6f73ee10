using Xunit;

namespace SparseRefine.Batch.Tests.Pipeline;

public sealed class GuardedWorkerTests
{
    private static readonly WorkItem Item = new("a.png", "photos/a.png");
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly SteppedTime _time = new();
    private readonly StuckThreads _stuck = new();

    private GuardedWorker Worker() => new("scoring", _stuck, _time);

    [Fact]
    public async Task Run_WorkInTime_GivesItsResultOnOneThread()
    {
        using GuardedWorker worker = Worker();
        Func<CancellationToken, Thread> work = _ => Thread.CurrentThread;
        Thread first = await worker.Run(Item, work, Step, _ => { });
        Assert.Same(first, await worker.Run(Item, work, Step, _ => { }));
        Assert.Equal(0, _stuck.Count);
    }

    [Fact]
    public async Task Run_WorkThatThrows_ThrowsTheSame()
    {
        using GuardedWorker worker = Worker();
        Assert.Equal("x", (await Assert.ThrowsAsync<IOException>(() => worker.Run<Thread>(Item, _ => throw new IOException("x"), Step, _ => { }))).Message);
    }

    [Fact]
    public async Task Run_WorkThatNeverEnds_IsGivenUpAfterTheLimitAndLeavesAWorkerThatGoesOn()
    {
        using GuardedWorker worker = Worker();
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim end = new();
        using ManualResetEventSlim told = new();
        TaskCompletionSource<Thread?> late = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread? stuck = null;
        Task<Thread> run = worker.Run(
            Item,
            token =>
            {
                stuck = Thread.CurrentThread;
                token.Register(told.Set);
                begun.Set();
                end.Wait(CancellationToken.None);
                return stuck;
            },
            Step * 5,
            late.SetResult);
        begun.Wait();
        Assert.Equal(Step * 5, await _time.Pass(run, Step));
        PhotoFailedException failure = await Assert.ThrowsAsync<PhotoFailedException>(() => run);
        Assert.Equal((FailureReason.TimedOut, 1), (failure.Reason, _stuck.Count));
        Assert.Equal("photos/a.png: expected to be done within 5 s in scoring, got no end", failure.Message);

        // It was told, and another thread takes over; the first ends when it comes back.
        Assert.NotSame(stuck, await worker.Run(Item, _ => Thread.CurrentThread, Step, _ => { }));
        Assert.True(told.IsSet && stuck!.IsAlive);
        end.Set();
        Assert.Same(stuck, await late.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(SpinWait.SpinUntil(() => _stuck.Count == 0, TimeSpan.FromSeconds(30)) && stuck.Join(TimeSpan.FromSeconds(30)));
    }
}
