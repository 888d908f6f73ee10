using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Painting;

public sealed class EntropyMapTests
{
    // Two classes, 1 x 3 pixels: sure, p = 0.9, undecided.
    private static readonly LogitMap Logits = new([100, MathF.Log(9), 0, 0, 0, 0], 2, 1, 3);

    [Fact]
    public void Grey_OwnResolution_Is255TimesTheShareOfLnC()
    {
        EntropyMap map = new(Logits, 1, 3, Interpolation.Nearest);
        double middle = -((0.9 * Math.Log(0.9)) + (0.1 * Math.Log(0.1)));
        Assert.Equal([0, (byte)Math.Round(255 * middle / Math.Log(2)), 255], map.Grey.Labels);
        Assert.Equal((middle + Math.Log(2)) / 3, map.Mean, 5);
        Assert.Equal(MathF.Log(2), map.Highest, 5);
        Assert.Equal(MathF.Log(2), map.Largest, 5);
    }

    [Fact]
    public void ToImage_FromSureToUndecided_GoesFromBlackOverRedAndYellowToWhite()
    {
        // 255 e / ln 2 of 0, 84 (red, full), 169 (yellow) and 255: logits by bisection of the entropy.
        float[] logits = [100, Logit(84), Logit(169), 0, 0, 0, 0, 0];
        using MLImage image = new EntropyMap(new LogitMap(logits, 2, 1, 4), 1, 4, Interpolation.Nearest).ToImage();
        Assert.Equal([0, 0, 0, 255, 0, 0, 252, 255, 0, 252, 255, 255, 255, 255, 255, 255], image.Pixels.ToArray());

        static float Logit(int grey)
        {
            (float low, float high) = (0, 20);
            for (int i = 0; i < 60; i++)
            {
                float middle = (low + high) / 2;
                (low, high) = 255 * Entropy.Of([middle, 0]) / Math.Log(2) > grey ? (middle, high) : (low, middle);
            }

            return low;
        }
    }

    [Theory]
    [InlineData(Interpolation.Nearest, 0)]
    [InlineData(Interpolation.Bilinear, 255)]
    public void Grey_BetweenTwoSurePixels_FollowsTheInterpolation(Interpolation interpolation, int middle)
    {
        // The left pixel is sure of class 0, the right one of class 1; midway between them bilinear logits are equal.
        EntropyMap map = new(new LogitMap([50, -50, -50, 50], 2, 1, 2), 1, 3, interpolation);
        Assert.Equal([0, (byte)middle, 0], map.Grey.Labels);
    }
}
