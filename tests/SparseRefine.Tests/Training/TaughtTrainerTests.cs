using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

/// <summary>Refiners that learn from a teacher's answer, with labels beside it or without.</summary>
public sealed class TaughtTrainerTests
{
    private static readonly IPixelSelector Selector = PixelSelector.Parse("fraction:0.4");

    [Theory]
    [InlineData(RefinerMethod.SparseRefine)]
    [InlineData(RefinerMethod.TwoColumn)]
    public void Fit_NoLabels_ComesNearerToTheTeacherThanTheDenseAnswer(RefinerMethod method)
    {
        RefinerTrainerOptions options = Small() with { Method = method };
        RefinerFit fit = new RefinerTrainer(options).Fit(Taught(0, 8, isLabelled: false), Taught(100, 3, isLabelled: false), Selector, 2);

        var scores = RefinerTrainer.Evaluate(fit.Refiner, ThinLines.List(200, 3), 255, new Workers(1));
        double gain = scores.Ensembled.Full.MeanIoU - scores.Initial.Full.MeanIoU;
        Assert.True(gain > 0.08, $"initial {scores.Initial.Full.MeanIoU}, ensembled {scores.Ensembled.Full.MeanIoU}");
        Assert.True(fit.History.Epochs[^1].Loss < 0.8 * fit.History.Epochs[0].Loss, $"loss {fit.History.Epochs[0].Loss} -> {fit.History.Epochs[^1].Loss}");
    }

    [Fact]
    public void Fit_LabelsThatContradictTheTeacher_FollowsTheWeight()
    {
        // The labels say the opposite of the teacher on every pixel.
        double[] agreement = [.. new[] { 0.0, 1.0 }.Select(weight =>
        {
            RefinerTrainerOptions options = Small() with { TeacherWeight = weight };
            RefinerFit fit = new RefinerTrainer(options).Fit(Taught(0, 8, isLabelled: true, flip: true), Taught(100, 2, isLabelled: true), Selector, 2);
            return RefinerTrainer.Evaluate(fit.Refiner, ThinLines.List(200, 3), 255, new Workers(1)).RefinerOnly.Selected.PixelAccuracy;
        })];

        Assert.True(agreement[0] < 0.4 && agreement[1] > 0.6, $"agreement {string.Join(", ", agreement)}");
    }

    [Fact]
    public void Fit_IgnoredLabels_TeachesThere()
    {
        List<TrainingExample> photos = [.. Taught(0, 2, isLabelled: true).Select(photo => new TrainingExample(
            photo.Name, photo.Image, new LabelMap([.. photo.Labels.Labels.Select(_ => (byte)255)], photo.Image.Height, photo.Image.Width), photo.AllLogits)
        {
            Teacher = photo.Teacher,
        })];

        RefinerFit fit = new RefinerTrainer(Small() with { Epochs = 1 }).Fit(photos, Taught(100, 1, isLabelled: true), Selector, 2);

        Assert.True(fit.History.Epochs[0].Loss > 0);
    }

    [Fact]
    public void Fit_OneAndTwoThreads_SameBits()
    {
        float[][] Weights(int threads) => [.. new RefinerTrainer(Small() with { Epochs = 1, Threads = threads })
            .Fit(Taught(0, 3, isLabelled: false), Taught(100, 1, isLabelled: false), Selector, 2).Refiner.Network.Parameters.Select(p => p.Value)];

        Assert.Equal(Weights(1), Weights(2));
    }

    [Fact]
    public void Teacher_OfOtherClasses_Throws() => Assert.Contains(
        "Teacher: expected 2 classes, got 3 (lines-1)",
        Assert.Throws<ArgumentException>(() => With(ThinLines.Create(1), TeacherMap.Of(new LogitMap(new float[3], 3, 1, 1), new Workers(1)))).Message);

    private static TrainingExample With(TrainingExample photo, TeacherMap teacher) => new(photo.Name, photo.Image, photo.Labels, photo.Logits) { Teacher = teacher };

    // The teacher knows the truth, nearly for sure.
    private static List<TrainingExample> Taught(int first, int count, bool isLabelled, bool flip = false) => [.. ThinLines.List(first, count).Select(photo =>
    {
        byte[] labels = photo.Labels.Labels;
        LogitMap logits = new([.. labels.Select(c => c == 0 ? 3f : -3), .. labels.Select(c => c == 1 ? 3f : -3)], 2, photo.Image.Height, photo.Image.Width);
        TeacherMap teacher = TeacherMap.Of(logits, new Workers(1));
        LabelMap shown = flip ? new LabelMap([.. labels.Select(c => (byte)(1 - c))], photo.Image.Height, photo.Image.Width)
            : teacher.ToLabels(photo.Image.Height, photo.Image.Width, new Workers(1));
        return new TrainingExample(photo.Name, photo.Image, shown, photo.AllLogits) { Teacher = teacher, IsLabelled = isLabelled };
    })];

    private static RefinerTrainerOptions Small() => new()
    {
        Planes = [8, 16],
        Reps = 1,
        Epochs = 12,
        BatchSize = 2,
        CropHeight = 48,
        CropWidth = 48,
        MinScale = 0.8,
        MaxScale = 1.25,
        LearningRate = 5e-3,
        AverageDecay = 0,
        DiceWeight = 0,
        Residual = false,
        Seed = 3,
        Threads = 1,
    };
}
