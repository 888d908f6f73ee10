using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
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

    [Theory]
    [InlineData("Image")]
    [InlineData("Name")]
    public void Transform_SkipWithBrokenPhotos_GivesTheOthersInOrderAndTellsOfEachOnce(string also)
    {
        List<string> log = [];
        _context.Log += (_, e) => log.Add(e.RawMessage);
        IDataView data = Broken(out ITransformer loader, PhotoErrors.Skip);
        IDataView photos = loader.Transform(data);
        Assert.Null(photos.GetRowCount());
        for (int pass = 0; pass < 2; pass++)
        {
            using DataViewRowCursor cursor = photos.GetRowCursor(photos.Schema.Where(column => column.Name is "Name" || column.Name == also));
            ValueGetter<ReadOnlyMemory<char>> name = cursor.GetGetter<ReadOnlyMemory<char>>(photos.Schema["Name"]);
            ValueGetter<MLImage>? image = also == "Image" ? cursor.GetGetter<MLImage>(photos.Schema["Image"]) : null;
            ReadOnlyMemory<char> text = default;
            MLImage? first = null;
            MLImage? second = null;
            List<string> names = [];
            while (cursor.MoveNext())
            {
                name(ref text);
                names.Add(text.ToString());
                Assert.Equal(names.Count - 1, cursor.Position);
                image?.Invoke(ref first!);
                image?.Invoke(ref second!);
                Assert.True(first is null || first.Pixels.SequenceEqual(second!.Pixels));
                Assert.True(first is null || first.Tag == _folder[$"images/{text}"]);
            }

            Assert.Equal(["0.png", "2.png"], names);
            first?.Dispose();
            second?.Dispose();
        }

        Assert.Equal(2, log.Count(line => line.EndsWith("the row is left out", StringComparison.Ordinal)));
        Assert.Single(log, line => line.Contains("1.png", StringComparison.Ordinal) && line.Contains("the row is left out", StringComparison.Ordinal));
        Assert.Single(log, line => line.Contains("none.png", StringComparison.Ordinal));
    }

    [Fact]
    public void Transform_FlagWithBrokenPhotos_KeepsEveryRowAndSaysWhatIsWrong()
    {
        IDataView data = Broken(out ITransformer loader, PhotoErrors.Flag);
        IDataView photos = loader.Transform(data);
        string[] errors = [.. photos.GetColumn<ReadOnlyMemory<char>>("PhotoError").Select(error => error.ToString())];
        Assert.Equal([true, false, false, true], errors.Select(error => error.Length == 0));
        Assert.Contains("images/1.png", errors[1], StringComparison.Ordinal);
        Assert.Contains("images/none.png", errors[2], StringComparison.Ordinal);
        MLImage?[] images = [.. photos.GetColumn<MLImage?>("Image")];
        Assert.Equal([true, false, false, true], images.Select(image => image is not null));

        // The rows that are good go on, by ML.NET's own filter.
        IDataView good = _context.Data.FilterByCustomPredicate<Flagged>(photos, row => !string.IsNullOrEmpty(row.PhotoError));
        Assert.Equal(2, good.GetColumn<MLImage>("Image").Count());

        // Whoever lets them through is told.
        IDataView dense = _context.SemanticSegmentation.ApplyDenseModel("Logits", "Image", new MemoryStream(TinyModels.Brightness())).Fit(photos).Transform(photos);
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => dense.GetColumn<LogitMap>("Logits").ToArray());
        Assert.Equal("column 'Image': expected an image, got none, as in a row that LoadPhotos flagged: FilterByCustomPredicate leaves such rows out, PhotoErrors.Skip as well", error.Message);
    }

    [Fact]
    public void Save_Load_KeepsWhatBecomesOfBrokenPhotos()
    {
        IDataView data = Broken(out ITransformer loader, PhotoErrors.Skip);
        _context.SemanticSegmentation.Save(loader, data.Schema, _folder["m.sparserefine"]);
        ITransformer loaded = new MLContext().SemanticSegmentation.Load(_folder["m.sparserefine"], out _);
        Assert.Equal(2, loaded.Transform(data).GetColumn<ReadOnlyMemory<char>>("Name").Count());
    }

    [Theory]
    [InlineData(null, "column 'File', row 1: expected a jpg")]
    [InlineData("Name", "1.png: expected a jpg")]
    public void Transform_BrokenBytes_AreCalledByTheColumnOfNames(string? column, string expected)
    {
        Row[] rows = Rows();
        rows[1].File = [1, 2, 3];
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        ITransformer loader = _context.SemanticSegmentation.LoadPhotos(
            new PhotoLoadingEstimator.Options { InputColumnName = "File", NameColumnName = column, Errors = PhotoErrors.Flag }).Fit(data);
        _context.SemanticSegmentation.Save(loader, data.Schema, _folder["m.sparserefine"]);
        foreach (ITransformer each in (ITransformer[])[loader, new MLContext().SemanticSegmentation.Load(_folder["m.sparserefine"], out _)])
        {
            string[] errors = [.. each.Transform(data).GetColumn<ReadOnlyMemory<char>>("PhotoError").Select(error => error.ToString())];
            Assert.Equal([true, false, true], errors.Select(error => error.Length == 0));
            Assert.StartsWith(expected, errors[1], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Fit_NamesThatAreNoText_NamesTheColumn()
    {
        IDataView data = _context.Data.LoadFromEnumerable(Rows());
        InvalidInputException error = Assert.Throws<InvalidInputException>(
            () => _context.SemanticSegmentation.LoadPhotos(new PhotoLoadingEstimator.Options { InputColumnName = "File", NameColumnName = "Number" }).Fit(data));
        Assert.Equal("column 'Number': expected text (a photo's name), got Single", error.Message);
    }

    private IDataView Broken(out ITransformer loader, PhotoErrors errors)
    {
        Row[] rows = [.. Rows()[..2], new Row { Name = "none.png" }, Rows()[2]];
        _folder.Write("images/1.png", "no photo");
        IDataView data = _context.Data.LoadFromEnumerable(rows);
        loader = _context.SemanticSegmentation.LoadPhotos(
            new PhotoLoadingEstimator.Options { InputColumnName = "Name", Folder = _folder["images"], Errors = errors }).Fit(data);
        return data;
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

    private sealed class Flagged
    {
        public string PhotoError { get; set; } = "";
    }
}
