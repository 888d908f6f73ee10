using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Serving;

public sealed class SegmentationEnginePoolTests : IDisposable
{
    private readonly Scene scene = new(photos: 4);
    private readonly TransformerChain<SparseRefinementTransformer> model;

    public SegmentationEnginePoolTests() => model = scene.Fit();

    public void Dispose()
    {
        model.Dispose();
        scene.Dispose();
    }

    [Fact]
    public void Predict_ManyThreads_EachGetsItsOwnPhotosAnswer()
    {
        List<LabelMap> expected = [.. model.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel")];
        using var pool = Pool<Answer>(capacity: 3);
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            LabelMap answer = pool.Predict(scene.Pairs[i % 4]).PredictedLabel;
            Assert.Equal(expected[i % 4].Labels, answer.Labels);
        });
        Assert.InRange(pool.Count, 1, 3);
        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public async Task PredictAsync_MoreCallersThanEngines_AllGetAnswers()
    {
        List<LabelMap> expected = [.. model.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel")];
        using var pool = Pool<Answer>(capacity: 2);
        Answer[] answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => Task.Run(() => pool.PredictAsync(scene.Pairs[i % 4]))));
        for (int i = 0; i < answers.Length; i++)
        {
            Assert.Equal(expected[i % 4].Labels, answers[i].PredictedLabel.Labels);
        }
    }

    [Fact]
    public async Task Rent_AllTaken_WaitsUntilOneIsReturnedOrCancelled()
    {
        using var pool = Pool<Answer>(capacity: 1);
        RentedEngine<PhotoPair, Answer> first = pool.Rent();
        Assert.Equal((1, 1), (pool.Count, pool.Rented));
        using var ended = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
        Assert.ThrowsAny<OperationCanceledException>(() => pool.Rent(ended.Token));
        Task<RentedEngine<PhotoPair, Answer>> second = pool.RentAsync();
        Assert.False(second.IsCompleted);
        first.Dispose();
        first.Dispose();
        (await second).Dispose();
        Assert.Equal((1, 0), (pool.Count, pool.Rented));
    }

    [Fact]
    public void Predict_ReturnedEngine_Throws()
    {
        using var pool = Pool<Answer>(capacity: 1);
        RentedEngine<PhotoPair, Answer> engine = pool.Rent();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Predict(scene.Pairs[0]));
    }

    [Fact]
    public void Predict_RowThatFails_LeavesTheEngineUsable()
    {
        using var pool = Pool<Answer>(capacity: 1);
        byte[] expected = pool.Predict(scene.Pairs[0]).PredictedLabel.Labels;
        string broken = scene.PathOf("broken.png");
        File.WriteAllText(broken, "no picture");
        Assert.Throws<InvalidInputException>(
            () => pool.Predict(new PhotoPair { ImagePath = broken, LabelPath = scene.Pairs[0].LabelPath }));
        Assert.Equal(expected, pool.Predict(scene.Pairs[0]).PredictedLabel.Labels);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_EngineStillOut_EndsWithItsReturn(bool owns)
    {
        DenseSegmentationTransformer dense = model.OfType<DenseSegmentationTransformer>().Single();
        var pool = scene.Catalog.CreateEnginePool<PhotoPair, Answer>(
            model, new SegmentationEnginePoolOptions { Capacity = 2, OwnsModel = owns });
        RentedEngine<PhotoPair, Answer> engine = pool.Rent();
        pool.Dispose();
        pool.Dispose();
        Assert.False(dense.IsDisposed);
        Assert.NotEmpty(engine.Predict(scene.Pairs[0]).PredictedLabel.Labels);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent());
        engine.Dispose();
        Assert.Equal(owns, dense.IsDisposed);
        Assert.Equal(0, pool.Count);
    }

    [Fact]
    public async Task Dispose_SomeoneWaits_TellsThem()
    {
        var pool = Pool<Answer>(capacity: 1);
        using RentedEngine<PhotoPair, Answer> engine = pool.Rent();
        Task<RentedEngine<PhotoPair, Answer>> waiting = pool.RentAsync();
        pool.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public void Predict_ResultWithImage_AsksToRent()
    {
        ITransformer painted = model.Append(scene.Catalog.PaintLabelMaps("Painted", "PredictedLabel").Fit(model.Transform(scene.Data)));
        using var pool = scene.Catalog.CreateEnginePool<PhotoPair, Picture>(
            painted, new SegmentationEnginePoolOptions { Capacity = 1, OwnsModel = false });
        var error = Assert.Throws<NotSupportedException>(() => pool.Predict(scene.Pairs[0]));
        Assert.Contains("'Picture.Painted'", error.Message, StringComparison.Ordinal);
        using RentedEngine<PhotoPair, Picture> engine = pool.Rent();
        using MLImage image = engine.Predict(scene.Pairs[0]).Painted;
        Assert.Equal((Scene.Height, Scene.Width), (image.Height, image.Width));
    }

    [Fact]
    public void CreateEnginePool_ResultMemberWithoutColumn_FailsAtOnce()
        => Assert.ThrowsAny<ArgumentException>(() => Pool<Unknown>(capacity: 1));

    private SegmentationEnginePool<PhotoPair, TDst> Pool<TDst>(int capacity)
        where TDst : class, new()
        => scene.Catalog.CreateEnginePool<PhotoPair, TDst>(
            model, new SegmentationEnginePoolOptions { Capacity = capacity, OwnsModel = false });

    internal sealed class Answer
    {
        public LabelMap PredictedLabel { get; set; } = null!;
    }

    internal sealed class Picture
    {
        public MLImage Painted { get; set; } = null!;
    }

    internal sealed class Unknown
    {
        public float Nowhere { get; set; }
    }
}
