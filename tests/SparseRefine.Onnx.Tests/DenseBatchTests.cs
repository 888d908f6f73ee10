using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public class DenseBatchTests
{
    private static readonly DenseModelOptions Half = new() { Scale = 0.5, SizeMultiple = 1 };

    [Theory]
    [InlineData(OnnxModelBuilder.Float, -1)]
    [InlineData(OnnxModelBuilder.Float, 1)]
    [InlineData(OnnxModelBuilder.Float16, -1)]
    public void Run_PhotosOfSeveralSizes_EqualsOneByOne(int type, int batchAxis)
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(type, batch: batchAxis), "m.onnx", Half);
        Assert.Equal(batchAxis < 0, model.TakesBatches);
        ImageBuffer[] photos = [TestImage.Noise(8, 6, seed: 1), TestImage.Noise(8, 6, seed: 2), TestImage.Noise(10, 4, seed: 3), TestImage.Noise(8, 6, seed: 4), TestImage.Noise(9, 7, seed: 5), TestImage.Noise(9, 7, seed: 6)];
        DenseBatch batch = model.CreateBatch();
        for (int pass = 0; pass < 2; pass++)
        {
            foreach (ImageBuffer photo in photos)
            {
                batch.Add(photo.View);
            }

            Assert.Equal(photos.Length, batch.Count);
            IReadOnlyList<LogitMap> maps = batch.Run();
            Assert.Equal(0, batch.Count);
            for (int i = 0; i < photos.Length; i++)
            {
                LogitMap alone = model.Run(photos[i].View);
                Assert.Equal((alone.Height, alone.Width), (maps[i].Height, maps[i].Width));
                Assert.Equal(alone.Values, maps[i].Values);
            }
        }
    }

    [Fact]
    public void Run_EqualPhotos_IsOneRunOfTheSession()
    {
        // The output's mean over the batch axis is the photos' own only if each ran alone.
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", OnnxModelBuilder.Float, -1, 3, -1, -1)
            .Node("ReduceMean", ["image"], ["mean"], ("axes", new long[] { 0 }), ("keepdims", 1))
            .Node("Sub", ["image", "mean"], ["scores"])
            .Output("scores", OnnxModelBuilder.Float, -1, 3, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", Half);
        DenseBatch batch = model.CreateBatch();
        batch.Add(TestImage.Noise(8, 6, seed: 1).View);
        Assert.All(batch.Run()[0].Values, value => Assert.Equal(0, value));
        batch.Add(TestImage.Noise(8, 6, seed: 1).View);
        batch.Add(TestImage.Noise(8, 6, seed: 2).View);
        Assert.Contains(batch.Run()[0].Values, value => value != 0);
    }

    [Fact]
    public void Run_Empty_GivesNothing()
    {
        using var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", Half);
        Assert.Empty(model.CreateBatch().Run());
    }

    [Fact]
    public void Add_DisposedModel_Throws()
    {
        var model = new DenseModel(OnnxModelBuilder.Identity(), "m.onnx", Half);
        DenseBatch batch = model.CreateBatch();
        batch.Add(TestImage.Noise(8, 6, seed: 1).View);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => batch.Add(TestImage.Noise(8, 6, seed: 1).View));
        Assert.Throws<ObjectDisposedException>(() => batch.Run());
        Assert.Throws<ObjectDisposedException>(() => model.CreateBatch());
    }
}
