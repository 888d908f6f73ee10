using Xunit;

namespace SparseRefine.Batch.Tests.Pipeline;

public sealed class PhotosInWorkTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private int _runs;

    public void Dispose() => _folder.Dispose();

    private static WorkItem Photo(string id) => new(id, "photos/" + id);

    // A run that is killed after some work: its file is all that is left.
    private byte[] Killed(byte[] left, Action<PhotosInWork> work)
    {
        string file = _folder[$"{_runs++}.begun"];
        using PhotosInWork run = new(file, left);
        work(run);
        return PhotosInWork.ReadLeft(file);
    }

    [Fact]
    public void UnfinishedTries_KilledRuns_AreCountedUntilThePhotoEnds()
    {
        byte[] left = Killed([], run =>
        {
            run.Begin(Photo("a"));
            run.Begin(Photo("b"));
            run.Begin(Photo("c"));
            run.End(Photo("b"));
        });
        left = Killed(left, run =>
        {
            Assert.Equal((1, 0, 1), (run.UnfinishedTries(Photo("a")), run.UnfinishedTries(Photo("b")), run.UnfinishedTries(Photo("c"))));
            run.Begin(Photo("c"));
        });
        left = Killed(left, run =>
        {
            // The one that was not begun again has the count that it had.
            Assert.Equal((1, 2), (run.UnfinishedTries(Photo("a")), run.UnfinishedTries(Photo("c"))));
            run.End(Photo("c"));
            Assert.Equal(0, run.UnfinishedTries(Photo("c")));
        });
        Killed(left, run => Assert.Equal((1, 0), (run.UnfinishedTries(Photo("a")), run.UnfinishedTries(Photo("c")))));
    }

    [Fact]
    public void Begin_ManyPhotos_UseTheSamePlaces()
    {
        byte[] left = Killed([], run =>
        {
            for (int i = 0; i < 100; i++)
            {
                run.Begin(Photo($"{i}"));
                run.Begin(Photo($"and {i}"));
                run.End(Photo($"{i}"));
                run.End(Photo($"and {i}"));
            }
        });
        Assert.Equal(new byte[64], left);
    }

    [Theory]
    [InlineData("not there", null)]
    [InlineData("cut", 31)]
    [InlineData("too long", 1 << 20)]
    public void ReadLeft_WhatIsNoSuchFile_IsNothing(string name, int? length)
    {
        if (length is int bytes)
        {
            _folder.Write(name, new byte[bytes]);
        }

        Killed(PhotosInWork.ReadLeft(_folder[name]), run => Assert.Equal(0, run.UnfinishedTries(Photo("a"))));
    }

    [Fact]
    public async Task Idle_PhotosAddedAndEnded_EndsWithTheLast()
    {
        using PhotosInWork run = new(_folder["begun"], []);
        await run.Idle;
        run.Add();
        run.Add();
        run.End(Photo("a"));
        Task idle = run.Idle;
        Assert.False(idle.IsCompleted);
        run.End(Photo("b"));
        await idle;
    }
}
