using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

public sealed class ImageTests : IDisposable
{
    private readonly MLContext context = new(1);
    private readonly string folder = Directory.CreateTempSubdirectory("feed-images").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(MLPixelFormat.Bgra32)]
    [InlineData(MLPixelFormat.Rgba32)]
    public void SaveAndCreateFromFile_Png_KeepsEveryPixel(MLPixelFormat format)
    {
        var path = Path.Combine(folder, "a.png");
        using (var image = MLImage.CreateFromPixels(5, 3, format, Pattern(5, 3)))
        {
            image.Save(path);
            using var loaded = MLImage.CreateFromFile(path);

            Assert.Equal((3, 5, 32), (loaded.Height, loaded.Width, loaded.BitsPerPixel));
            Assert.Equal(image.GetBGRPixels, loaded.GetBGRPixels);
        }

        using var stream = File.OpenRead(path);
        using var streamed = MLImage.CreateFromStream(stream);
        Assert.Equal(5, streamed.Width);
    }

    [Fact]
    public void Save_Jpeg_KeepsTheColours()
    {
        var path = Path.Combine(folder, "a.jpg");
        var pixels = new byte[16 * 16 * 4];
        for (var i = 0; i < pixels.Length; i += 4)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]) = (20, 120, 220, 255);
        }

        using var image = MLImage.CreateFromPixels(16, 16, MLPixelFormat.Bgra32, pixels);
        image.Save(path);
        using var loaded = MLImage.CreateFromFile(path);
        var loadedPixels = loaded.GetBGRPixels;

        Assert.InRange(loadedPixels[0], 15, 25);
        Assert.InRange(loadedPixels[1], 115, 125);
        Assert.InRange(loadedPixels[2], 215, 225);
    }

    [Fact]
    public void CreateFromStream_NoPicture_Throws()
    {
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromStream(new MemoryStream([1, 2, 3, 4, 5, 6, 7, 8])));
        Assert.Throws<ArgumentException>(() => MLImage.CreateFromFile(Path.Combine(folder, "none.png")));
    }

    [Fact]
    public void Width_DisposedImage_Throws()
    {
        var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Bgra32, new byte[4]);
        image.Dispose();
        image.Dispose();

        Assert.Throws<InvalidOperationException>(() => image.Width);
        Assert.Throws<InvalidOperationException>(() => image.Pixels.Length);
    }

    [Fact]
    public void LoadImages_NextRow_DisposesTheImageBeforeIt()
    {
        var view = Loaded(3);
        using var cursor = view.GetRowCursor([view.Schema["Image"]]);
        var getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        MLImage image = null!;
        Assert.True(cursor.MoveNext());
        getter(ref image);
        var first = image;
        Assert.Equal(4, first.Width);
        Assert.EndsWith("0.png", first.Tag, StringComparison.Ordinal);
        Assert.True(cursor.MoveNext());
        getter(ref image);

        Assert.Throws<InvalidOperationException>(() => first.Width);
        Assert.Equal(5, image.Width);
        cursor.Dispose();
        Assert.Throws<InvalidOperationException>(() => image.Width);
    }

    [Fact]
    public void Preview_ImageColumn_KeepsTheRowsImagesAlive()
    {
        var preview = Loaded(3).Preview(maxRows: 3);
        Assert.Equal([4, 5, 6], preview.RowView.Select(row => ((MLImage)row.Values.Single(v => v.Key == "Image").Value).Width));
    }

    [Fact]
    public void ResizeImages_SameSize_HandsTheSourceOn()
    {
        DataViewTypeManager.Register(new ImageDataViewType(3, 4), typeof(MLImage), new ImageTypeAttribute(3, 4));
        using var mine = MLImage.CreateFromPixels(4, 3, MLPixelFormat.Bgra32, Pattern(4, 3));
        var view = context.Data.LoadFromEnumerable([new ImageRow { Image = mine }]);
        var resized = context.Transforms.ResizeImages("Image", 4, 3).Fit(view).Transform(view);

        Assert.Equal(new ImageDataViewType(3, 4), resized.Schema["Image"].Type);
        Assert.Same(mine, resized.GetColumn<MLImage>("Image").Single());
    }

    [Theory]
    [InlineData(ImageResizingEstimator.ResizingKind.Fill)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoCrop)]
    [InlineData(ImageResizingEstimator.ResizingKind.IsoPad)]
    public void ResizeImages_AnotherSize_HasIt(ImageResizingEstimator.ResizingKind kind)
    {
        var view = Loaded(1);
        var resized = context.Transforms.ResizeImages("Small", 2, 6, "Image", kind).Fit(view).Transform(view);
        using var image = resized.GetColumn<MLImage>("Small").Single();

        Assert.Equal((6, 2), (image.Height, image.Width));
    }

    [Fact]
    public void Cache_ImageColumn_IsDropped()
    {
        var view = Loaded(2);

        Assert.Null(context.Data.Cache(view).Schema.GetColumnOrNull("Image"));
        Assert.Null(context.Data.ShuffleRows(view).Schema.GetColumnOrNull("Image"));
        Assert.NotNull(context.Data.TrainTestSplit(view).TrainSet.Schema.GetColumnOrNull("Image"));
    }

    [Fact]
    public void Save_SchemaWithImage_LosesTheColumn()
    {
        using MemoryStream stream = new();
        context.Model.Save(new TransformerChain<ITransformer>(), Loaded(1).Schema, stream);
        stream.Position = 0;
        context.Model.Load(stream, out var schema);

        Assert.Equal("Path", Assert.Single(schema).Name);
    }

    [Fact]
    public void ImageType_Sizes_AreHeightThenWidth()
    {
        Assert.Equal("Image<3, 4>", new ImageDataViewType(3, 4).ToString());
        Assert.Equal("Image", new ImageDataViewType().ToString());
        Assert.NotEqual(new ImageDataViewType(3, 4), new ImageDataViewType(4, 3));
        Assert.ThrowsAny<ArgumentException>(() => new ImageTypeAttribute().Register());
    }

    private static byte[] Pattern(int width, int height)
    {
        var pixels = new byte[width * height * 4];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)((i * 37) % 251);
        }

        return pixels;
    }

    private IDataView Loaded(int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var image = MLImage.CreateFromPixels(4 + i, 3, MLPixelFormat.Bgra32, Pattern(4 + i, 3));
            image.Save(Path.Combine(folder, $"{i}.png"));
        }

        var paths = context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new PathRow { Path = $"{i}.png" }).ToList());
        return context.Transforms.LoadImages("Image", folder, "Path").Fit(paths).Transform(paths);
    }

    private sealed class ImageRow
    {
        [ImageType(3, 4)]
        public MLImage Image { get; set; } = null!;
    }
}
