using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Metrics;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Tests.Selectors;

public class ThresholdCalibrationTests
{
    private const int Side = 10;
    private static readonly Workers Workers = new(1);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.01, 1)]
    [InlineData(0.1, 10)]
    [InlineData(0.255, 25)]
    [InlineData(0.99, 99)]
    [InlineData(1, 100)]
    public void ForDensity_DistinctEntropies_SelectsExactlyThatShare(double density, int expected)
    {
        ThresholdCalibration calibration = new(Interpolation.Nearest);
        calibration.Add(Ramp(), Truth(_ => 0), Workers);

        CalibrationPoint point = calibration.ForDensity(density);

        Assert.Equal(expected / 100.0, point.Density, 1e-12);
        Assert.Equal(expected, Selected(point.Threshold).Length);
    }

    [Fact]
    public void ForDensity_GrowingShares_ThresholdFallsAndCapturedErrorsRise()
    {
        ThresholdCalibration calibration = new();
        for (int seed = 0; seed < 3; seed++)
        {
            calibration.Add(LogitMaps.Random(3, 9, 11, seed), RandomTruth(seed), Workers);
        }

        CalibrationPoint[] curve = [.. Enumerable.Range(0, 21).Select(i => calibration.ForDensity(i / 20.0))];
        for (int i = 1; i < curve.Length; i++)
        {
            Assert.True(curve[i].Threshold < curve[i - 1].Threshold, $"{curve[i - 1]} {curve[i]}");
            Assert.InRange(curve[i].Density, curve[i - 1].Density, i / 20.0);
            Assert.True(curve[i].CapturedErrors >= curve[i - 1].CapturedErrors, $"{curve[i - 1]} {curve[i]}");
        }
    }

    [Theory]
    [InlineData(0.2f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void At_RandomPhotos_AgreesWithSelectorAndTruth(float threshold)
    {
        ThresholdCalibration calibration = new();
        List<(LogitMap Logits, LabelMap Truth)> photos = [.. Enumerable.Range(0, 3).Select(s => (LogitMaps.Random(3, 9, 11, s), RandomTruth(s)))];
        foreach ((LogitMap logits, LabelMap truth) in photos)
        {
            calibration.Add(logits, truth, Workers);
        }

        CalibrationPoint point = calibration.At(threshold);

        Assert.InRange(point.Threshold, threshold, threshold * 1.0005f);
        long selected = 0;
        long captured = 0;
        long errors = 0;
        ConfusionMatrix perfect = new(3);
        foreach ((LogitMap logits, LabelMap truth) in photos)
        {
            int[] chosen = new EntropySelector(point.Threshold).Select(logits, truth.Height, truth.Width, Workers).Sites.Indices;
            byte[] labels = new EntropySelector(6).Select(logits, truth.Height, truth.Width, Workers).DenseLabels.Labels;
            int[] wrong = [.. Enumerable.Range(0, labels.Length).Where(i => truth.Labels[i] != 255 && truth.Labels[i] != labels[i])];
            selected += chosen.Length;
            errors += wrong.Length;
            captured += chosen.Intersect(wrong).Count();
            foreach (int i in chosen.Intersect(wrong))
            {
                labels[i] = truth.Labels[i];
            }

            perfect.Add(truth, new LabelMap(labels, truth.Height, truth.Width));
        }

        Assert.Equal((double)selected / calibration.Pixels, point.Density, 1e-12);
        Assert.Equal(errors, calibration.Errors);
        Assert.Equal((double)captured / errors, point.CapturedErrors, 1e-12);
        Assert.Equal(perfect.MeanIoU, point.PerfectMeanIoU, 1e-12);
    }

    [Fact]
    public void Knee_ErrorsAmongTheTwentyLeastSure_SelectsThese()
    {
        ThresholdCalibration calibration = new(Interpolation.Nearest);
        int[] leastSure = Selected(calibrationThreshold: ThresholdOf(20));
        calibration.Add(Ramp(), Truth(i => leastSure.Contains(i) ? 1 : 0), Workers);

        CalibrationPoint knee = calibration.Knee();

        Assert.Equal(0.2, knee.Density, 1e-12);
        Assert.Equal(1, knee.CapturedErrors);
    }

    [Fact]
    public void ForDensity_AllPixelsEquallyUnsure_AllOrNothing()
    {
        ThresholdCalibration calibration = new();
        calibration.Add(new LogitMap(new float[2 * Side * Side], 2, Side, Side), Truth(_ => 0), Workers);

        Assert.Equal(0, calibration.ForDensity(0.5).Density);
        Assert.Equal(1, calibration.ForDensity(1).Density);
    }

    [Fact]
    public void Add_IgnoredPixels_CountAsPixelsButNotAsErrors()
    {
        ThresholdCalibration calibration = new(Interpolation.Nearest);
        calibration.Add(Ramp(), Truth(i => i < 30 ? 255 : 1), Workers);

        Assert.Equal(100, calibration.Pixels);
        Assert.Equal(70, calibration.Errors);
    }

    [Fact]
    public void Knee_DenseModelWithoutErrors_SelectsNothing()
    {
        ThresholdCalibration calibration = new(Interpolation.Nearest);
        calibration.Add(Ramp(), Truth(_ => 0), Workers);

        CalibrationPoint knee = calibration.Knee();
        Assert.Equal(0, knee.Density);
        Assert.Equal(1, knee.CapturedErrors);
        Assert.Empty(Selected(knee.Threshold));
    }

    [Fact]
    public void Calibration_BadInput_NamesIt()
    {
        ThresholdCalibration calibration = new();
        Assert.Contains("at least one counted photo", Assert.Throws<InvalidOperationException>(() => calibration.Knee()).Message);
        Assert.StartsWith("density: expected", Assert.Throws<ArgumentException>(() => calibration.ForDensity(1.5)).Message);
        Assert.StartsWith("density: expected", Assert.Throws<ArgumentException>(() => calibration.ForDensity(double.NaN)).Message);
        Assert.StartsWith("threshold: expected", Assert.Throws<ArgumentException>(() => calibration.At(-1)).Message);
        Assert.ThrowsAny<ArgumentException>(() => new ThresholdCalibration(Interpolation.Area));
    }

    // Class 0 everywhere, ahead of class 1 by a margin that differs from pixel to pixel.
    private static LogitMap Ramp()
    {
        float[] values = new float[2 * Side * Side];
        for (int i = 0; i < Side * Side; i++)
        {
            values[i] = 0.05f * (1 + (i * 37 % 100));
        }

        return new LogitMap(values, 2, Side, Side);
    }

    private static float ThresholdOf(int pixels)
    {
        ThresholdCalibration calibration = new(Interpolation.Nearest);
        calibration.Add(Ramp(), Truth(_ => 0), Workers);
        return calibration.ForDensity(pixels / 100.0).Threshold;
    }

    private static int[] Selected(float calibrationThreshold) =>
        new EntropySelector(calibrationThreshold, Interpolation.Nearest).Select(Ramp(), Side, Side, Workers).Sites.Indices;

    private static LabelMap Truth(Func<int, int> label) =>
        new([.. Enumerable.Range(0, Side * Side).Select(i => (byte)label(i))], Side, Side);

    private static LabelMap RandomTruth(int seed)
    {
        var random = new Random(seed);
        return new LabelMap([.. Enumerable.Range(0, 40 * 50).Select(_ => (byte)random.Next(3))], 40, 50);
    }
}
