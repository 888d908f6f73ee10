using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class RefinerValidationTests
{
    private static readonly LabelMap Truth = new([0, 0, 1, 1], 2, 2);

    [Fact]
    public void Ensemblers_TwoPhotos_GainAndItsJackknifeErrorAreThoseOfHand()
    {
        // Dense: photo 1 has one pixel wrong, photo 2 none. Replace mends photo 1, and Average breaks photo 2 as well.
        var validation = new RefinerValidation(2, 255);
        Add(validation, 0, [0, 1, 1, 1], [0, 0, 1, 1], [0, 1, 1, 1]);
        Add(validation, 1, [0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]);

        // IoU of the classes: dense 3/4 and 4/5, Replace 1 and 1, Average 3/5 and 3/5.
        double dense = (0.75 + 0.8) / 2;
        Assert.Equal([EnsemblerKind.Dense, EnsemblerKind.Replace, EnsemblerKind.Average], validation.Ensemblers.Select(score => score.Ensembler));
        Assert.Equal(dense, validation.Ensemblers[0].Full.MeanIoU, 12);
        Assert.Equal(0, validation.Ensemblers[0].Gain);
        Assert.Equal(1 - dense, validation.Ensemblers[1].Gain, 12);
        Assert.Equal(0.6 - dense, validation.Ensemblers[2].Gain, 12);

        // Without photo 1 Replace gains 0; without photo 2 it gains 1 - (1/2 + 2/3)/2 = 5/12. Two values g: error = |g1 - g2| / 2.
        Assert.Equal(5.0 / 24, validation.Ensemblers[1].GainError, 12);
        Assert.Equal(1 - dense - (5.0 / 24), validation.Ensemblers[1].Surplus, 12);
    }

    [Fact]
    public void Ensemblers_OnePhotoOrOneOfLabels_HasNoError()
    {
        var validation = new RefinerValidation(2, 255);
        Add(validation, 0, [0, 1, 1, 1], [0, 0, 1, 1], [0, 1, 1, 1]);
        Assert.Equal(0, validation.Ensemblers[1].GainError);

        var nothing = new LabelMap([255, 255, 255, 255], 2, 2);
        validation.Add(1, 0, nothing, Selection([0, 1, 1, 1]), [0, 0], (EnsemblerKind.Replace, [0, 0]), (EnsemblerKind.Average, [0, 0]));
        Assert.Equal(0, validation.Ensemblers[1].GainError);
        Assert.True(validation.Ensemblers[1].Gain > 0);
    }

    [Fact]
    public void Add_TwoDenseModels_ArePartsOfOnePhoto()
    {
        var validation = new RefinerValidation(2, 255);
        validation.Add(0, 0, Truth, Selection([0, 1, 1, 1]), [0, 1], (EnsemblerKind.Replace, [0, 1]));
        validation.Add(0, 1, Truth, Selection([0, 0, 1, 0]), [0, 1], (EnsemblerKind.Replace, [0, 1]));
        Assert.Equal(2, validation.ByDense.Count);
        Assert.Equal(8, validation.Ensemblers[1].Full.Total);
        Assert.Equal(0, validation.Ensemblers[1].GainError);
    }

    [Fact]
    public void Fit_ThinLines_BeatsTheDenseAnswerOfEpochZeroAndKeepsTheBestEnsembler()
    {
        IReadOnlyList<TrainingExample> validation = ThinLines.List(100, 3);
        List<EpochReport> dense = [];
        RefinerFit fit = new RefinerTrainer(Small(5e-3, 8)).Fit(
            ThinLines.List(0, 8), validation, Selector, 2, new TrainingRunOptions { DenseProgress = dense.Add });

        TrainingHistory history = fit.History;
        Assert.True(history.BeatsDense);
        Assert.Equal(0, Assert.Single(dense).Epoch);
        Assert.Same(dense[0], history.Dense);
        Assert.Null(history.Dense!.Kept);
        Assert.All(history.Epochs, report => Assert.Equal(history.Dense.Scores.MeanIoU, report.Validation!.Initial.Full.MeanIoU));
        Assert.Equal(history.Epochs.SelectMany(report => report.Ensemblers).Max(score => score.Surplus), history.Best.Kept!.Surplus);
        Assert.Equal(history.ImprovementOverDense, history.Best.Scores.MeanIoU - history.Dense.Scores.MeanIoU);

        // What is kept answers as the report says.
        var again = RefinerTrainer.Evaluate(fit.Refiner, validation, 255, new Workers(1));
        Assert.Equal(history.Best.Scores.MeanIoU, again.Ensembled.Full.MeanIoU);
        Assert.IsType(
            history.KeptEnsembler switch
            {
                EnsemblerKind.Replace => typeof(ReplaceEnsembler),
                EnsemblerKind.Average => typeof(AverageEnsembler),
                _ => typeof(GatedEnsembler),
            },
            fit.Refiner.Ensembler);
    }

    [Theory]
    [InlineData(RefinerMethod.SparseRefine)]
    [InlineData(RefinerMethod.TwoColumn)]
    public void Fit_NextToNoRate_DoesNotBeatTheDenseAnswer(RefinerMethod method)
    {
        RefinerTrainerOptions still = Small(1e-12, 1) with { Method = method, Residual = method == RefinerMethod.SparseRefine };
        TrainingHistory history = new RefinerTrainer(still).Fit(ThinLines.List(0, 2), ThinLines.List(100, 2), Selector, 2).History;
        Assert.False(history.BeatsDense);
        Assert.Equal(method == RefinerMethod.TwoColumn ? 2 : 3, history.BestOfEach.Count);
        Assert.All(history.BestOfEach, best => Assert.True(best is { Epoch: 1, Score.Surplus: <= 0 }));
    }

    private static readonly IPixelSelector Selector = PixelSelector.Parse("fraction:0.4");

    private static RefinerTrainerOptions Small(double rate, int epochs) => new()
    {
        Planes = [8, 16],
        Reps = 1,
        Epochs = epochs,
        BatchSize = 2,
        CropHeight = 48,
        CropWidth = 48,
        MinScale = 0.8,
        MaxScale = 1.25,
        LearningRate = rate,
        Seed = 3,
        Threads = 1,
    };

    // The second and the third pixel are selected; all four labels are given, and the others must be the dense ones.
    private static void Add(RefinerValidation validation, int photo, byte[] dense, byte[] replaced, byte[] averaged) => validation.Add(
        photo,
        0,
        Truth,
        Selection(dense),
        replaced[1..3],
        (EnsemblerKind.Replace, replaced[1..3]),
        (EnsemblerKind.Average, averaged[1..3]));

    private static PixelSelection Selection(byte[] dense) => new(new SiteSet([1, 2], 1, 2, 2), new LabelMap(dense, 2, 2));
}
