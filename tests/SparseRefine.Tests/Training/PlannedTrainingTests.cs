using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class PlannedTrainingTests
{
    [Theory]
    [InlineData(12, 3504 * 2336, 0, 0, 40, 20)] // large photos: ten passes
    [InlineData(404, 1024 * 1024, 0, 0, 1, 24)] // many photos: the most crops, one of each an epoch
    [InlineData(8, 1024 * 1024, 0, 0, 25, 20)] // few photos: the fewest crops
    [InlineData(3, 64 * 64, 0, 0, 67, 20)]
    [InlineData(100_000, 1024 * 1024, 0, 0, 1, 4)]
    [InlineData(12, 3504 * 2336, 7, 0, 40, 7)] // epochs given: half of the pixels each
    [InlineData(12, 3504 * 2336, 0, 10, 10, 80)] // crops given
    [InlineData(12, 3504 * 2336, 3, 2, 2, 3)]
    public void Planned_PhotosAndOptions_GiveCropsAndEpochs(int photos, double pixels, int epochs, int crops, int expectedCrops, int expectedEpochs)
    {
        RefinerTrainerOptions planned = new RefinerTrainerOptions { Epochs = epochs, CropsPerPhoto = crops }.Planned(photos, pixels);
        Assert.Equal((expectedCrops, expectedEpochs), (planned.CropsPerPhoto, planned.Epochs));
    }

    [Fact]
    public void Validate_DenseTrainingWithoutEpochs_Throws() => Assert.Contains(
        "Epochs: expected at least 1, got 0",
        Assert.Throws<ArgumentException>(() => new DenseTrainer(new DenseTrainerOptions { Epochs = 0 })).Message);

    [Theory]
    [InlineData(RefinerMethod.SparseRefine, "rgb,p", true)]
    [InlineData(RefinerMethod.SparseRefine, "rgb", false)]
    [InlineData(RefinerMethod.TwoColumn, "rgb,p", false)]
    public void AddsToDense_NotSaid_WhereItCanBe(RefinerMethod method, string features, bool expected) => Assert.Equal(
        expected, new RefinerTrainerOptions { Method = method, Features = FeatureSpec.Parse(features) }.AddsToDense);

    [Fact]
    public void Fit_Steps_TellEpochsAndATimeLeftThatShrinks()
    {
        List<StepReport> steps = [];
        RefinerTrainerOptions options = new()
        {
            Planes = [4],
            Epochs = 3,
            CropsPerPhoto = 6,
            BatchSize = 1,
            CropHeight = 32,
            CropWidth = 32,
            Threads = 1,
        };
        new RefinerTrainer(options).Fit(
            ThinLines.List(0, 2),
            ThinLines.List(100, 1),
            PixelSelector.Parse("fraction:0.4"),
            2,
            new TrainingRunOptions { StepProgress = steps.Add });
        Assert.All(steps, step => Assert.Equal(3, step.Epochs));
        Assert.Null(steps[0].Remaining);
        Assert.All(steps[11..], step => Assert.True(step.Remaining > TimeSpan.Zero));
        Assert.True(steps[^1].Remaining < steps[11].Remaining, $"{steps[11].Remaining} -> {steps[^1].Remaining}");
    }
}
