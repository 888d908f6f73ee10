using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Labels;

public class LabelMapTests
{
    // The tool's rule, in the loader: with two classes masks of 0 and 255 have 255 for class 1, and the log says so.
    [Theory]
    [InlineData(2, 0, 255, new byte[] { 0, 1 }, true)]
    [InlineData(2, 1, 255, new byte[] { 1, 255 }, false)]
    [InlineData(3, 0, 255, new byte[] { 0, 255 }, false)]
    public void LoadLabelMaps_Masks_AreReadWithTwoClasses(int classes, byte first, byte second, byte[] expected, bool isSaid)
    {
        using var scene = new Scene(photos: 1);
        List<string> log = [];
        scene.Context.Log += (_, e) => log.Add(e.RawMessage);
        string path = scene.PathOf("mask.png");
        IndexPng.Write(new LabelMap([first, second], 1, 2), path);
        IDataView rows = scene.Context.Data.LoadFromEnumerable([new PhotoPair { LabelPath = path }]);
        LabelMapLoadingTransformer loader = scene.Catalog.LoadLabelMaps(
            new LabelMapLoadingEstimator.Options { PathColumnName = nameof(PhotoPair.LabelPath), Classes = classes }).Fit(rows);
        Assert.Equal(expected, loader.Transform(rows).GetColumn<LabelMap>("Label").Single().Labels);
        Assert.Equal(isSaid, log.Any(line => line.Contains("255 is read as class 1", StringComparison.Ordinal)));
    }

    [Fact]
    public void LabelMapToVector_Row_IsRowMajor()
    {
        using var scene = new Scene(photos: 1);
        IDataView data = scene.Inputs().Append(scene.Catalog.ConvertToVector("Vector", "Label"))
            .Fit(scene.Data).Transform(scene.Data);
        LabelMap map = data.GetColumn<LabelMap>("Label").Single();
        Assert.Equal(map.Labels, data.GetColumn<VBuffer<byte>>("Vector").Single().DenseValues());
    }

    [Fact]
    public void LabelMapToShares_Row_IsFeaturesWithClassNames()
    {
        using var scene = new Scene();
        IDataView labelled = scene.Inputs().Append(scene.Dense(Scene.Classes())).Fit(scene.Data).Transform(scene.Data);
        IDataView data = scene.Catalog.ConvertToShares(new LabelMapToSharesEstimator.Options { InputColumnName = "Label", Classes = 3 }).Fit(labelled).Transform(labelled);
        VBuffer<float> shares = data.GetColumn<VBuffer<float>>("Shares").First();
        LabelMap map = data.GetColumn<LabelMap>("Label").First();
        Assert.Equal([.. Enumerable.Range(0, 3).Select(c => map.Labels.Count(label => label == c) / (float)map.Labels.Length)], shares.DenseValues());
        Assert.Equal(3, Assert.IsType<VectorDataViewType>(data.Schema["Shares"].Type).Size);

        ITransformer named = scene.Inputs()
            .Append(scene.Catalog.LoadLabelMaps(new LabelMapLoadingEstimator.Options { OutputColumnName = "Label", PathColumnName = nameof(PhotoPair.LabelPath), ClassList = Scene.Classes() }))
            .Append(scene.Catalog.ConvertToShares("Shares", "Label")).Fit(scene.Data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        named.GetOutputSchema(scene.Data.Schema)["Shares"].GetSlotNames(ref names);
        Assert.Equal(["red", "green", "blue"], names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void LabelMapToShares_UnknownClasses_AreNamed()
    {
        using var scene = new Scene(photos: 1);
        IDataView data = scene.Inputs().Fit(scene.Data).Transform(scene.Data);
        Assert.Contains("column 'Label': expected the names of its classes, or Options.Classes", Assert.Throws<InvalidInputException>(
            () => scene.Catalog.ConvertToShares("Shares", "Label").Fit(data)).Message, StringComparison.Ordinal);
        Assert.Contains("expected class ids 0 to 0 or 255", Assert.Throws<InvalidInputException>(() => scene.Catalog.ConvertToShares(
            new LabelMapToSharesEstimator.Options { InputColumnName = "Label", Classes = 1 }).Fit(data).Transform(data).GetColumn<VBuffer<float>>("Shares").ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelMapToImage_Palette_PaintsBgra()
    {
        using var scene = new Scene(photos: 1);
        IDataView data = scene.Inputs().Append(scene.Catalog.PaintLabelMaps("Painted", "Label", Scene.Classes()))
            .Fit(scene.Data).Transform(scene.Data);
        using MLImage image = data.GetColumn<MLImage>("Painted").Single();
        Assert.Equal(MLPixelFormat.Bgra32, image.PixelFormat);
        Assert.Equal([255, 0, 0, 255], image.Pixels[..4].ToArray());
    }

    [Fact]
    public void Overlay_HalfOpacity_MixesPhotoAndColor()
    {
        using var scene = new Scene(photos: 1);
        IDataView data = scene.Inputs().Append(scene.Catalog.OverlayLabelMaps("Over", "Label", "Image", Scene.Classes(), 0.5f))
            .Fit(scene.Data).Transform(scene.Data);
        using MLImage photo = MLImage.CreateFromFile(scene.Pairs[0].ImagePath);
        using MLImage image = data.GetColumn<MLImage>("Over").Single();
        int red = photo.PixelFormat == MLPixelFormat.Bgra32 ? 2 : 0;
        Assert.Equal((photo.Pixels[red] + 1) / 2, image.Pixels[2]);
        Assert.Equal((255 + photo.Pixels[2 - red] + 1) / 2, image.Pixels[0]);
    }

    [Fact]
    public void LoadLabelMaps_MissingFile_NamesIt()
    {
        using var scene = new Scene(photos: 1);
        File.Delete(scene.Pairs[0].LabelPath);
        IDataView data = scene.Inputs().Fit(scene.Data).Transform(scene.Data);
        var error = Assert.ThrowsAny<Exception>(() => data.GetColumn<LabelMap>("Label").ToList());
        Assert.Contains(scene.Pairs[0].LabelPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadLabelMaps_IdOutOfRange_NamesFileAndId()
    {
        using var scene = new Scene(photos: 1);
        IDataView data = scene.Catalog.LoadLabelMaps(new LabelMapLoadingEstimator.Options { PathColumnName = "LabelPath", Classes = 2 })
            .Fit(scene.Data).Transform(scene.Data);
        var error = Assert.Throws<InvalidInputException>(() => data.GetColumn<LabelMap>("Label").ToList());
        Assert.Equal($"{scene.Pairs[0].LabelPath}: expected class ids 0 to 1 or 255, got 2", error.Message);
    }
}
