using SparseRefine.Cli.Pictures;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Cli.Tests.Pictures;

public sealed class DetailWindowTests
{
    [Fact]
    public void Choose_ChangesInOneCorner_TakesThatCorner()
    {
        byte[] refined = new byte[160 * 160];
        int[] indices = [.. Enumerable.Range(0, 160 * 160).Where(i => i / 160 >= 140 && i % 160 >= 140)];
        foreach (int index in indices)
        {
            refined[index] = 1;
        }

        Window window = DetailWindow.Choose(Selection(indices, 160), new LabelMap(refined, 160, 160), 20, 20);
        Assert.Equal(new Window(140, 140, 20, 20), window);
    }

    [Fact]
    public void Choose_NothingSelected_TakesTheMiddle() => Assert.Equal(
        new Window(40, 40, 20, 20), DetailWindow.Choose(Selection([], 100), new LabelMap(new byte[10000], 100, 100), 20, 20));

    [Fact]
    public void Choose_OnePixelPicture_TakesIt() => Assert.Equal(
        new Window(0, 0, 1, 1), DetailWindow.Choose(Selection([0], 1), new LabelMap([1], 1, 1), 20, 20));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 300)]
    [InlineData(2000, 30)]
    public void Draw_AnySize_FillsFourPanelsTwice(int height, int width)
    {
        ImageBuffer photo = new(new byte[height * width * 3], height, width, PixelOrder.Rgb24);
        LabelMap labels = new(new byte[height * width], height, width);
        PixelSelection selection = new(SiteSet.Full(1, height, width), labels);
        Drawing drawing = RefinementPanels.Draw("x", photo, selection, labels, [new Rgb(1, 2, 3)], new Workers(1));
        Assert.True(drawing.Height > 2 * 584);
    }

    private static PixelSelection Selection(int[] indices, int side)
        => new(new SiteSet(indices, 1, side, side), new LabelMap(new byte[side * side], side, side));
}
