using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Testing;
using Xunit;

namespace SparseRefine.MLNet.Tests.Photos;

public sealed class PhotoLoadingTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly MLContext _context = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Transform_PathsAndBytes_GiveTheSameImages()
    {
        Row[] rows = Rows();
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        PhotoLoadingEstimator byPath = _context.SemanticSegmentation.LoadPhotos("Image", _folder["images"], "Name");
        PhotoLoadingEstimator byBytes = _context.SemanticSegmentation.LoadPhotos("Image2", null, "File");
        IDataView both = byPath.Append(byBytes).Fit(data).Transform(data);
        using DataViewRowCursor cursor = both.GetRowCursor(both.Schema);
        ValueGetter<MLImage> first = cursor.GetGetter<MLImage>(both.Schema["Image"]);
        ValueGetter<MLImage> second = cursor.GetGetter<MLImage>(both.Schema["Image2"]);
        MLImage a = null!;
        MLImage b = null!;
        for (int i = 0; cursor.MoveNext(); i++)
        {
            first(ref a);
            second(ref b);
            Assert.Equal((8 + i, 9), (a.Height, a.Width));
            Assert.True(a.Pixels.SequenceEqual(b.Pixels));
        }

        a.Dispose();
        b.Dispose();
    }

    [Fact]
    public void Transform_DamagedFile_IsNamed()
    {
        _folder.Write("images/0.png", "no photo");
        IDataView data = _context.Data.LoadFromEnumerable([new Row { Name = "0.png", File = "x"u8.ToArray() }]);
        Assert.Equal(
            _folder["images/0.png"],
            Assert.Throws<InvalidInputException>(() => Read(_context.SemanticSegmentation.LoadPhotos("Image", _folder["images"], "Name").Fit(data).Transform(data))).InputSource);
        Assert.Equal(
            "column 'File', row 0",
            Assert.Throws<InvalidInputException>(() => Read(_context.SemanticSegmentation.LoadPhotos("Image", null, "File").Fit(data).Transform(data))).InputSource);
    }

    [Fact]
    public void Transform_MorePixelsThanAllowed_IsRefused()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows());
        PhotoLoadingEstimator small = _context.SemanticSegmentation.LoadPhotos(new PhotoLoadingEstimator.Options { InputColumnName = "File", MaxPixels = 71 });
        Assert.Contains("71 pixels", Assert.Throws<InvalidInputException>(() => Read(small.Fit(data).Transform(data))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_ColumnOfNumbers_NamesWhatIsExpected()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows());
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => _context.SemanticSegmentation.LoadPhotos("Image", null, "Number").Fit(data));
        Assert.Equal("column 'Number': expected text (a path) or a vector of Byte (a photo file), got Single", error.Message);
    }

    [Fact]
    public void Save_Load_KeepsColumnsFolderAndLimit()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows());
        ITransformer loader = _context.SemanticSegmentation.LoadPhotos(
            new PhotoLoadingEstimator.Options { OutputColumnName = "Photo", InputColumnName = "Name", Folder = _folder["images"], MaxPixels = 72 }).Fit(data);
        _context.SemanticSegmentation.Save(loader, data.Schema, _folder["m.sparserefine"]);
        ITransformer loaded = new MLContext().SemanticSegmentation.Load(_folder["m.sparserefine"], out _);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Read(loaded.Transform(data), "Photo"));
        Assert.Equal($"{_folder["images/1.png"]}: expected a size from 1x1 to 72 pixels, got 9x9", error.Message);
    }

    private static void Read(IDataView data, string column = "Image")
    {
        using DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
        ValueGetter<MLImage> getter = cursor.GetGetter<MLImage>(data.Schema[column]);
        MLImage image = null!;
        while (cursor.MoveNext())
        {
            getter(ref image);
        }
    }

    private Row[] Rows() => [.. Enumerable.Range(0, 3).Select(i =>
    {
        _folder.WritePhoto($"{i}.png", 8 + i, 9, seed: i);
        return new Row { Name = $"{i}.png", File = File.ReadAllBytes(_folder[$"images/{i}.png"]) };
    })];

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public byte[] File { get; set; } = [];

        public float Number { get; set; }
    }
}
