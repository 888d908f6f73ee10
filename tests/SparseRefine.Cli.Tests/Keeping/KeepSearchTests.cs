using SparseRefine.Cli.Keeping;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Cli.Tests.Keeping;

public sealed class KeepSearchTests
{
    private static readonly IReadOnlyList<int>[] Networks = [[16, 32], [8, 16]];
    private readonly List<KeepTrial> _trials = [];

    [Fact]
    public void Run_CheapestSizeKeepsItWhenFittedWhole_NoOtherIsFitted()
    {
        // At 0.25 a short fit gets 40 % of the way, a whole one 94; 0.5 alone takes longer than that.
        KeepSearch search = Search(
            0.9, [Size(0.25, 0.5, 10, 1), Size(0.5, 0.6, 30, 1)], trial => [Point(trial, trial.Planes[0] == 8 ? 18 : 20, trial.IsWhole ? 0.97 : 0.7)]);
        search.Run();
        Assert.Equal([(16, false), (16, true), (8, false)], _trials.Select(trial => (trial.Planes[0], trial.IsWhole)));
        Assert.All(_trials, trial => Assert.Equal(0.25, trial.Size.Sees.Scale));
        Assert.Equal(20, search.Best!.Milliseconds);
    }

    [Fact]
    public void Run_CheapestSizeWithoutPromiseBesideADenseModelThatKeepsIt_IsFittedWhole()
    {
        // Alone, 0.75 keeps enough. Refined, 0.25 takes less.
        KeepSearch search = Search(0.9, [Size(0.25, 0.5, 10, 1), Size(0.75, 0.97, 90, 1)], trial => [Point(trial, 20, trial.IsWhole ? 0.96 : 0.6)]);
        search.Run();
        Assert.Equal(("0.25", 20), (search.Best!.Size, search.Best.Milliseconds));
    }

    [Fact]
    public void Run_FurtherFitsThatPromise_FitsTheCheapestOfThemWhole()
    {
        // At 0.25 nothing helps. At 0.5 a short fit gets 85 % of the way.
        KeepSearch search = Search(0.9, [Size(0.25, 0.5, 10, 1), Size(0.5, 0.6, 30, 1), Size(0.75, 0.7, 40, 1)], trial => trial.Size.Sees.Scale switch
        {
            0.25 => [Point(trial, 20, 0.6)],
            0.5 => [Point(trial, trial.Planes[0] == 8 ? 55 : 50, trial.IsWhole ? 0.97 : 0.925)],
            _ => [Point(trial, 80, 1)],
        });
        search.Run();
        Assert.Equal([0.25, 0.5], _trials.Where(trial => trial.IsWhole).Select(trial => trial.Size.Sees.Scale!.Value));
        Assert.Equal(50, search.Best!.Milliseconds);
    }

    [Fact]
    public void Run_SizesThatCannotKeepOrCostMoreThanWhatDoes_AreNotFitted()
    {
        // 0.25: even a perfect refiner is at 70 %. 0.75: alone it takes longer than 0.5 refined.
        KeepSearch search = Search(
            0.9, [Size(0.25, 0.5, 10, 0.85), Size(0.5, 0.6, 30, 1), Size(0.75, 0.7, 90, 1)], trial => [Point(trial, trial.Planes[0] == 8 ? 45 : 50, 0.98)]);
        search.Run();
        Assert.All(_trials, trial => Assert.Equal(0.5, trial.Size.Sees.Scale));
        Assert.Equal(45, search.Best!.Milliseconds);
    }

    [Fact]
    public void Run_AWholeFitThatIsTheShortOne_IsOnePoint()
    {
        KeepSearch search = Search(0.9, [Size(0.25, 0.5, 10, 1)], trial => [Point(trial with { IsWhole = false }, 20, 0.7)]);
        search.Run();
        Assert.Contains(_trials, trial => trial.IsWhole);
        Assert.Equal(search.Points.Distinct(), search.Points);
    }

    [Fact]
    public void Run_TheDenseModelAloneKeepsIt_IsTheChoiceWhereNothingIsCheaper()
    {
        KeepSearch search = Search(0.9, [Size(0.25, 0.5, 10, 1), Size(0.375, 0.96, 15, 1)], trial => [Point(trial, 40, 0.99)]);
        search.Run();
        Assert.Null(search.Best!.File);
        Assert.Equal(15, search.Best.Milliseconds);
        Assert.DoesNotContain(_trials, trial => trial.IsWhole);
    }

    [Fact]
    public void Run_NothingPromises_FitsTheCheapestAndTheBestTwoOthersWhole()
    {
        KeepSearch search = Search(0.9, [Size(0.25, 0.5, 10, 1), Size(0.5, 0.6, 30, 1)], trial => [Point(trial, 50, trial.Planes[0] == 16 ? 0.7 : 0.65)]);
        search.Run();
        Assert.Null(search.Best);
        Assert.Equal([(0.25, 16), (0.5, 16), (0.25, 8)], _trials.Where(trial => trial.IsWhole).Select(trial => (trial.Size.Sees.Scale!.Value, trial.Planes[0])));
    }

    [Fact]
    public void Run_AFitThatFailed_IsLeftOut()
    {
        KeepSearch search = Search(0.9, [Size(0.25, 0.5, 10, 1)], _ => []);
        search.Run();
        Assert.Equal([(10.0, 0.5)], search.Points.Select(point => (point.Milliseconds, point.MeanIoU)));
    }

    [Theory]
    [InlineData(4, 2, 6, 3)]
    [InlineData(1, 2, 2, 2)]
    [InlineData(1, 1, 1, 1)]
    public void Most_IsWhatRunMakes(int sizes, int networks, int shortFits, int wholeFits)
    {
        DenseFacts Facts(int i) => new(0.5, 10 + i, [new CalibrationPoint(0.1f, 0.3, 0.9, 1)]);
        KeepSearch search = new(
            new KeptShare(0.9, 0.5, 1), [.. Enumerable.Range(0, sizes).Select(i => (new DenseSize(new DenseModelOptions { Scale = 0.1 * (i + 1) }), Facts(i)))], Networks[..networks], Fit(trial => [Point(trial, 99, 0.6)]));
        search.Run();
        Assert.Equal((shortFits, wholeFits), (_trials.Count(trial => !trial.IsWhole), _trials.Count(trial => trial.IsWhole)));
        Assert.Equal((shortFits, wholeFits), KeepSearch.Most(sizes, networks));
    }

    [Fact]
    public void Frontier_LeavesOutWhatIsBeatenInBoth()
    {
        KeepPoint[] points = [new("a", "n", 0.1f, 0, 30, 0.8, "f"), new("b", "n", 0.1f, 0, 10, 0.5, "f"), new("c", "n", 0.1f, 0, 40, 0.7, "f"), new("d", "n", 0.1f, 0, 30, 0.6, "f")];
        Assert.Equal(["b", "a"], KeepPoint.Frontier(points).Select(point => point.Size));
    }

    private static (DenseSize, DenseFacts) Size(double scale, double score, double milliseconds, double ceiling) =>
        (new DenseSize(new DenseModelOptions { Scale = scale }), new DenseFacts(score, milliseconds, [new CalibrationPoint(0.1f, 0.3, 0.9, ceiling)]));

    private static KeepPoint Point(KeepTrial trial, double milliseconds, double score) =>
        new($"{trial.Size}", string.Join(',', trial.Planes), 0.1, 0.1f, milliseconds, score, "file");

    // The cheapest dense answer has 0.5, the teacher 1.
    private KeepSearch Search(double keep, IReadOnlyList<(DenseSize, DenseFacts)> sizes, Func<KeepTrial, IReadOnlyList<KeepPoint>> fit) =>
        new(new KeptShare(keep, 0.5, 1), sizes, Networks, Fit(fit));

    private Func<KeepTrial, IReadOnlyList<KeepPoint>> Fit(Func<KeepTrial, IReadOnlyList<KeepPoint>> fit) => trial =>
    {
        _trials.Add(trial);
        return fit(trial);
    };
}
