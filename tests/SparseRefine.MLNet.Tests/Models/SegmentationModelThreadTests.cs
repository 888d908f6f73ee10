using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

/// <summary>Many threads on one model, and its end while it is in use.</summary>
public sealed class SegmentationModelThreadTests : IDisposable
{
    private readonly Scene scene = new(photos: 4);

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Predict_EightThreads_AnswerAsOne(bool isMixed)
    {
        using SegmentationModel model = Model(isMixed);
        byte[][] expected = [.. scene.Pairs.Select(pair =>
        {
            using SegmentationResult result = model.Predict(pair.ImagePath);
            return result.Labels.Labels;
        })];
        using Barrier start = new(8);
        Thread[] threads = [.. Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < 12; i++)
            {
                int photo = (t + i) % expected.Length;
                using SegmentationResult result = model.Predict(scene.Pairs[photo].ImagePath);
                if (!result.Labels.Labels.AsSpan().SequenceEqual(expected[photo]))
                {
                    Interlocked.Increment(ref differences);
                }
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Equal(0, differences);
    }

    [Fact]
    public async Task Dispose_WhileAPredictionRuns_LetsItEndAndFreesTheSessionThen()
    {
        using SegmentationModel model = Model(isMixed: false);
        using WaitingSelector waiting = new();
        SegmentationModel slow = model.WithSelector(waiting);
        DenseSegmentationTransformer dense = ((TransformerChain<Microsoft.ML.ITransformer>)model.Transformer).OfType<DenseSegmentationTransformer>().Single();
        Task<SegmentationResult> running = Task.Run(() => slow.Predict(scene.Pairs[0].ImagePath));
        waiting.Reached.Wait();
        slow.Dispose();
        slow.Dispose();
        model.Dispose();
        Assert.False(dense.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => slow.Predict(scene.Pairs[0].ImagePath));
        Assert.Throws<ObjectDisposedException>(() => model.WithSelector(PixelSelector.Parse("fraction:0.5")));
        waiting.Go.Set();
        using SegmentationResult result = await running;
        Assert.Equal(Scene.Height * Scene.Width, result.Labels.Labels.Length);
        Assert.True(dense.IsDisposed);
    }

    [Fact]
    public void Dispose_PredictionThatFailed_FreesTheSession()
    {
        SegmentationModel model = Model(isMixed: false);
        DenseSegmentationTransformer dense = ((TransformerChain<Microsoft.ML.ITransformer>)model.Transformer).OfType<DenseSegmentationTransformer>().Single();
        Assert.Throws<InvalidInputException>(() => model.Predict(new byte[10]));
        model.Dispose();
        Assert.True(dense.IsDisposed);
    }

    private int differences;

    private SegmentationModel Model(bool isMixed)
    {
        string file = scene.PathOf($"{isMixed}.sparserefine");
        if (isMixed)
        {
            using var mixed = FreshProcessTests.Mixed(scene);
            scene.Catalog.Save(mixed, null, file);
        }
        else
        {
            using var fitted = scene.Fit();
            scene.Catalog.Save(fitted, null, file);
        }

        return SegmentationModel.Load(file);
    }

    /// <summary>Selects nothing, and that only when told to go on.</summary>
    private sealed class WaitingSelector : IPixelSelector, IDisposable
    {
        public ManualResetEventSlim Reached { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public PixelSelection Select(LogitMap logits, int height, int width, Workers workers)
        {
            Reached.Set();
            Go.Wait();
            return new EntropySelector(100).Select(logits, height, width, workers);
        }

        public string Describe() => "waiting";

        public void Dispose()
        {
            Reached.Dispose();
            Go.Dispose();
        }
    }
}
