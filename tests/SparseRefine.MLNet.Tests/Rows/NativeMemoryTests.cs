using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using SparseRefine.Tests;
using Xunit;

namespace SparseRefine.MLNet.Tests.Rows;

/// <summary>
/// Native bytes over ten thousand rows. Every image that comes out is kept, so that no finalizer can free what was not disposed: one that
/// stayed alive a row would be 160 MB.
/// </summary>
[Collection(Alone.Name)]
public class NativeMemoryTests
{
    private const int Side = 64;
    private const int Count = 10_000;
    private const long Allowed = 40L << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Transform_TenThousandRows_KeepsNothingNative(int batchSize)
    {
        using var scene = new Scene(photos: 1);
        using MLImage photo = NewPhoto();
        using TransformerChain<ITransformer> model = Chain(scene, batchSize);
        List<MLImage> kept = [];
        Read(500);
        kept.Clear();
        long before = NativeBytes();
        Read(Count);
        long growth = NativeBytes() - before;
        Assert.InRange(growth, long.MinValue, Allowed);
        Assert.Equal(Side * Side * 4, photo.Pixels.Length);
        Assert.All(kept.SkipLast(1).Where((_, i) => i % 97 == 0), image => Assert.Throws<InvalidOperationException>(() => image.Width));
        kept[^1].Dispose();

        void Read(int rows)
        {
            IDataView data = model.Transform(scene.Context.Data.LoadFromEnumerable(
                Enumerable.Range(0, rows).Select(_ => new PredictionEngineTests.Photo { Image = photo })));
            using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
            var over = cursor.GetGetter<MLImage>(data.Schema["Over"]);
            var seen = cursor.GetGetter<MLImage>(data.Schema["Image"]);
            MLImage image = null!;
            while (cursor.MoveNext())
            {
                over(ref image);
                kept.Add(image);
                MLImage source = null!;
                seen(ref source);
                if (!ReferenceEquals(source, photo))
                {
                    kept.Insert(kept.Count - 1, source);
                }
            }
        }
    }

    [Fact]
    public void Predict_TenThousandRows_KeepsNothingNative()
    {
        using var scene = new Scene(photos: 1);
        using MLImage photo = NewPhoto();
        using TransformerChain<ITransformer> model = Chain(scene, 1);
        using var engine = scene.Context.Model.CreatePredictionEngine<PredictionEngineTests.Photo, Painted>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        var example = new PredictionEngineTests.Photo { Image = photo };
        for (int i = 0; i < 500; i++)
        {
            engine.Predict(example);
        }

        List<MLImage> kept = [];
        long before = NativeBytes();
        for (int i = 0; i < Count; i++)
        {
            kept.Add(engine.Predict(example).Over);
        }

        long growth = NativeBytes() - before;
        Assert.InRange(growth, long.MinValue, Allowed);
        Assert.Equal(Side * Side * 4, photo.Pixels.Length);
        Assert.All(kept.SkipLast(1).Where((_, i) => i % 97 == 0), image => Assert.Throws<InvalidOperationException>(() => image.Width));
        kept[^1].Dispose();
    }

    private static MLImage NewPhoto()
    {
        byte[] pixels = new byte[Side * Side * 4];
        new Random(1).NextBytes(pixels);
        return MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, pixels);
    }

    private static long NativeBytes()
    {
        // An aggressive collection gives back what earlier tests had committed and never touched, which the working set does not hold.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet - GC.GetGCMemoryInfo().TotalCommittedBytes;
    }

    private static TransformerChain<ITransformer> Chain(Scene scene, int batchSize)
    {
        using var trained = scene.Fit();
        SparseRefinementTransformer refiner = trained.LastTransformer.WithSelector(PixelSelector.Parse("pixels:20"));
        IDataView photos = scene.Context.Data.LoadFromEnumerable(Array.Empty<PredictionEngineTests.Photo>());
        ITransformer dense = scene.Catalog.ApplyDenseModel(new DenseSegmentationEstimator.Options
        {
            ModelBytes = OnnxModelBuilder.Identity(),
            BatchSize = batchSize,
            Scale = 0.5,
            SizeMultiple = 1,
            IntraOpNumThreads = 1,
        }).Fit(photos);
        IDataView refined = refiner.Transform(dense.Transform(photos));
        return new(dense, refiner, scene.Catalog.OverlayLabelMaps("Over", "PredictedLabel", "Image").Fit(refined));
    }

    private sealed class Painted
    {
        public MLImage Over { get; set; } = null!;
    }
}
