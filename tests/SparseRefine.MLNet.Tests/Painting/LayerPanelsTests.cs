using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Images;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.MLNet.Tests.Painting;

public sealed class LayerPanelsTests
{
    private const int Side = 320;

    [Fact]
    public void Draw_APhoto_ShowsEachLayerAndBelowItTheDetail()
    {
        // The dense model says class 1 everywhere; the refiner says 2 in the last 20 x 20 pixels, which are the selected ones.
        byte[] photo = [.. Enumerable.Range(0, Side * Side).SelectMany(_ => new byte[] { 90, 60, 30 })];
        int[] corner = [.. Enumerable.Range(0, Side * Side).Where(i => i / Side >= 300 && i % Side >= 300)];
        byte[] low = [.. Enumerable.Repeat((byte)1, Side * Side)];
        byte[] refined = [.. low];
        corner.ToList().ForEach(i => refined[i] = 2);
        PixelSelection selection = new(new SiteSet(corner, 1, Side, Side), new LabelMap(low, Side, Side));
        SegmentationPainter painter = new(new ClassList(["a", "b", "c"], [9, 9, 9, 0, 0, 255, 255, 0, 0]), new PaintOptions { Opacity = 1 });

        using MLImage panels = LayerPanels.Draw(painter, "x", new ImageView(photo, Side, Side, PixelOrder.Rgb24), selection, new LabelMap(refined, Side, Side));

        // Bottom row, one column a layer: the middle of the detail; top row: the middle of the photo.
        int column = panels.Width / 4;
        Assert.Equal([(90, 60, 30), (0, 0, 255), (255, 214, 10), (255, 0, 0)], Enumerable.Range(0, 4).Select(i => At((column * i) + (column / 2), panels.Height * 3 / 4)));
        Assert.Equal([(90, 60, 30), (0, 0, 255), (32, 32, 32), (0, 0, 255)], Enumerable.Range(0, 4).Select(i => At((column * i) + (column / 2), panels.Height / 4)));

        (int Red, int Green, int Blue) At(int x, int y)
        {
            ReadOnlySpan<byte> pixel = panels.Pixels[(((y * panels.Width) + x) * 4)..];
            return (pixel[2], pixel[1], pixel[0]);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 300)]
    [InlineData(2000, 30)]
    public void Draw_AnySize_FillsFourPanelsTwice(int height, int width)
    {
        LabelMap labels = new(new byte[height * width], height, width);
        PixelSelection selection = new(SiteSet.Full(1, height, width), labels);
        using MLImage panels = LayerPanels.Draw(
            new SegmentationPainter(), "x", new ImageView(new byte[height * width * 3], height, width, PixelOrder.Rgb24), selection, labels);
        Assert.InRange(panels.Width, 4 * 160, (4 * 1440) + 60);
        Assert.True(panels.Height > 2 * 480);
    }

    [Theory]
    [InlineData(300, 300, 300, 300)]
    [InlineData(0, 150, 0, 150)]
    [InlineData(77, 201, 70, 200)]
    public void Choose_AnswersThatDifferInOnePlace_TakesIt(int row, int column, int top, int left)
    {
        byte[] refined = new byte[Side * Side];
        for (int i = 0; i < 15 * 15; i++)
        {
            refined[((row + (i / 15)) * Side) + column + (i % 15)] = 1;
        }

        // The window is 20 x 20 on a grid of 10; a grid place that covers most of the 15 x 15 wins, the first of equals.
        Assert.Equal(SKRectI.Create(left, top, 20, 20), DetailWindow.Choose(new LabelMap(new byte[Side * Side], Side, Side), new LabelMap(refined, Side, Side)));
    }

    [Fact]
    public void Choose_EqualAnswers_TakesTheMiddle()
    {
        LabelMap labels = new(new byte[Side * Side], Side, Side);
        Assert.Equal(SKRectI.Create(150, 150, 20, 20), DetailWindow.Choose(labels, labels));
    }

    [Fact]
    public void Choose_OnePixel_TakesIt() =>
        Assert.Equal(SKRectI.Create(0, 0, 1, 1), DetailWindow.Choose(new LabelMap([1], 1, 1), new LabelMap([0], 1, 1)));
}
