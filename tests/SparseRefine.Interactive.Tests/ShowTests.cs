using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Interactive.Tests;

public sealed partial class ShowTests
{
    private static readonly ClassList Classes = new(["sky", "a<b"], [10, 20, 30, 200, 100, 50]);

    [Theory]
    [InlineData(8, 6, 480, 8, 6)] // never enlarged
    [InlineData(100, 50, 20, 20, 10)]
    [InlineData(1, 1000, 10, 1, 10)]
    public void Photo_AnySide_KeepsTheLongestSideAndMeans(int width, int height, int side, int shownWidth, int shownHeight)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height).SelectMany(_ => new byte[] { 40, 80, 120, 255 })];
        using MLImage image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);

        using MLImage shown = Image(Show.Photo(image, side).Text, out string kind);

        Assert.Equal("jpeg", kind);
        Assert.Equal((shownWidth, shownHeight), (shown.Width, shown.Height));
        Assert.InRange(shown.GetBGRPixels[0], 36, 44);
        Assert.InRange(shown.GetBGRPixels[2], 116, 124);
    }

    [Fact]
    public void Labels_Legend_NamesOccurringClassesWithColorsAndShares()
    {
        string html = Show.Labels(new LabelMap([1, 1, 1, 255], 2, 2), Classes).Text;
        Assert.DoesNotContain("sky", html);
        Assert.Contains("a&lt;b 75.0 %", html);
        Assert.Contains("rgb(200,100,50)", html);
        Assert.Contains("not labelled 25.0 %", html);
        using MLImage shown = Image(html, out _);
        Assert.Equal([50, 100, 200], shown.GetBGRPixels[..3]);
        Assert.Equal([128, 128, 128], shown.GetBGRPixels[^3..]);
    }

    [Fact]
    public void Entropies_SureAndUnsurePixels_AreBlackAndWhite()
    {
        LogitMap logits = new([100, 0, 0, 0], 2, 1, 2); // classes x 1 x 2: sure, then undecided
        string html = Show.Entropies(logits).Text;
        Assert.Contains("largest 0.693 of ln 2 = 0.693 nats", html);
        using MLImage shown = Image(html, out _);
        Assert.Equal([0, 0, 0, 255, 255, 255], shown.GetBGRPixels);
    }

    [Fact]
    public void Selection_Pixels_HaveTheirColorAndAreCounted()
    {
        PixelSelection selection = new(new SiteSet([1, 2], 1, 2, 2), new LabelMap(new byte[4], 2, 2));
        string html = Show.Selection(selection).Text;
        Assert.Contains("2 of 2 x 2 pixels, 50.0 %", html);
        using MLImage shown = Image(html, out _);
        Assert.Equal([0, 0, 0, 10, 214, 255, 10, 214, 255, 0, 0, 0], shown.GetBGRPixels);
    }

    [Fact]
    public void TryFormat_PipelineValues_BecomeTables()
    {
        using var scene = new Scene();
        using var model = scene.Fit(Scene.Classes());
        IDataView scored = model.Transform(scene.Data);
        using SegmentationModel handle = SegmentationModel.FromTransformer(model);
        using SegmentationResult result = handle.Predict(scene.Pairs[0].ImagePath);
        Dictionary<object, string> expected = new()
        {
            [result] = "green",
            [scene.Catalog.Evaluate(scored)] = "mean IoU",
            [scene.Catalog.Evaluate(scored).ConfusionMatrix] = "<td style=\"text-align:left;vertical-align:top\">green</td>",
            [scene.Catalog.EvaluateRefinement(model, scene.Inputs().Fit(scene.Data).Transform(scene.Data))] = "refiner only",
            [scored.Schema] = "PredictedLabel",
            [scored.Preview(maxRows: 1)] = "data:image/jpeg",
        };
        foreach ((object value, string part) in expected)
        {
            Assert.True(NotebookFormatters.TryFormat(value, out string? html), value.GetType().Name);
            Assert.Contains(part, html);
        }

        Assert.False(NotebookFormatters.TryFormat(17, out _));
        Assert.False(NotebookFormatters.TryFormat(null, out _));
    }

    [Fact]
    public void Register_OutsideANotebook_SaysSo() => Assert.False(NotebookFormatters.Register());

    [Fact]
    public void Lines_Points_LieInsideTheFrameAtRoundTicks()
    {
        string svg = Show.Lines("t", "x", "y", ("one", [(0.013, 5), (0.52, 7)]), ("two", [(0.3, 6.5)])).Text;
        Assert.Contains(">0.2<", svg);
        foreach (Match circle in Circle().Matches(svg))
        {
            Assert.InRange(double.Parse(circle.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), 64, 536);
            Assert.InRange(double.Parse(circle.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), 48, 272);
        }

        Assert.Equal(3, Circle().Count(svg));
    }

    [Fact]
    public void Histogram_Values_OneBarABin() =>
        Assert.Equal(10, Regex.Count(Show.Histogram("t", [0, 0.1f, 0.7f], "nats", 10).Text, "<rect x="));

    [Fact]
    public void Charts_NothingToDraw_AreRefused()
    {
        Assert.Contains("got 0", Assert.Throws<ArgumentException>(() => Show.Lines("t", "x", "y")).Message);
        Assert.Throws<ArgumentException>(() => Show.Lines("t", "x", "y", ("a", [(double.NaN, 1)])));
        Assert.Throws<ArgumentException>(() => Show.Histogram("t", [-1f], "nats"));
        Assert.Contains("expected 2 cells a row, got 1", Assert.Throws<ArgumentException>(() => Show.Table(["a", "b"], [["1"]])).Message);
    }

    [Fact]
    public void Crop_Window_HasItsPixels()
    {
        byte[] pixels = [.. Enumerable.Range(0, 4 * 3 * 4).Select(i => (byte)i)];
        using MLImage image = MLImage.CreateFromPixels(4, 3, MLPixelFormat.Bgra32, pixels);
        using MLImage window = Crop.Of(image, 1, 2, 2, 2);
        Assert.Equal((2, 2), (window.Width, window.Height));
        Assert.Equal([.. pixels[24..32], .. pixels[40..48]], window.Pixels.ToArray());
        LabelMap labels = Crop.Of(new LabelMap([0, 1, 2, 3, 4, 5], 2, 3), 0, 1, 2, 2);
        Assert.Equal([1, 2, 4, 5], labels.Labels);
        Assert.Throws<ArgumentOutOfRangeException>(() => Crop.Of(labels, 0, 1, 2, 2));
    }

    private static MLImage Image(string html, out string kind)
    {
        Match match = DataUri().Match(html);
        kind = match.Groups[1].Value;
        return MLImage.CreateFromStream(new MemoryStream(Convert.FromBase64String(match.Groups[2].Value)));
    }

    [GeneratedRegex("data:image/([a-z]+);base64,([^\"]+)\"")]
    private static partial Regex DataUri();

    [GeneratedRegex("<circle cx=\"([0-9.]+)\" cy=\"([0-9.]+)\"")]
    private static partial Regex Circle();
}
