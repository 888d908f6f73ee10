using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using Xunit;

namespace SparseRefine.Tests.Ensemblers;

public class FixedEnsemblerTests
{
    private static readonly Workers TwoThreads = new(2);

    [Fact]
    public void EntropyEnsemble_Rows_TakesTheSurerModel()
    {
        float[] merged = new EntropyEnsembler().Ensemble([5, 0, 0, 1], [0, 4, 0, 9], 2, 2, TwoThreads);
        Assert.Equal([5f, 0f, 0f, 9f], merged);
    }

    [Fact]
    public void EntropyEnsemble_EqualEntropies_TakesTheDenseModel()
        => Assert.Equal([1f, 0f], new EntropyEnsembler().Ensemble([1, 0], [3, 2], 1, 2, TwoThreads));

    [Fact]
    public void AverageEnsemble_Row_IsLogOfMeanProbability()
    {
        // p1 = (1/2, 1/2), p2 = (3/4, 1/4).
        float[] merged = new AverageEnsembler().Ensemble([0, 0], [MathF.Log(3), 0], 1, 2, TwoThreads);
        Assert.Equal(Math.Log(0.625), merged[0], 1e-6);
        Assert.Equal(Math.Log(0.375), merged[1], 1e-6);
    }

    [Fact]
    public void AverageEnsemble_BothCertain_ClampsAtOneInTenBillion()
        => Assert.Equal(Math.Log(1e-10), new AverageEnsembler().Ensemble([500, 0], [500, 0], 1, 2, TwoThreads)[1], 1e-4);

    [Fact]
    public void ReplaceEnsemble_Rows_CopiesTheSparseModel()
    {
        float[] sparse = [1, 2, 3, 4];
        float[] merged = new ReplaceEnsembler().Ensemble([9, 9, 9, 9], sparse, 2, 2, TwoThreads);
        Assert.Equal(sparse, merged);
        Assert.NotSame(sparse, merged);
    }

    public static TheoryData<string> All() => ["entropy", "average", "replace", "gated"];

    private static Ensembler Make(string name) => name switch
    {
        "entropy" => new EntropyEnsembler(),
        "average" => new AverageEnsembler(),
        "replace" => new ReplaceEnsembler(),
        _ => new GatedEnsembler(new GatedEnsemblerOptions(3), 1),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Ensemble_NoRows_IsEmpty(string ensembler)
        => Assert.Empty(Make(ensembler).Ensemble([], [], 0, 3, TwoThreads));

    [Theory]
    [MemberData(nameof(All))]
    public void Ensemble_WrongLength_Throws(string ensembler)
        => Assert.Throws<ArgumentException>(() => Make(ensembler).Ensemble(new float[6], new float[5], 2, 3, TwoThreads));

    [Theory]
    [MemberData(nameof(All))]
    public void Ensemble_OneAndTwoThreads_GivesSameBits(string name)
    {
        var random = new Random(1);
        float[] dense = [.. Enumerable.Range(0, 30003).Select(_ => random.NextSingle() * 8 - 4)];
        float[] sparse = [.. Enumerable.Range(0, 30003).Select(_ => random.NextSingle() * 8 - 4)];
        Ensembler ensembler = Make(name);
        Assert.Equal(
            ensembler.Ensemble(dense, sparse, 10001, 3, new Workers(1)),
            ensembler.Ensemble(dense, sparse, 10001, 3, TwoThreads));
    }

    [Fact]
    public void Merge_SelectedPixels_TakeTheirArgMaxAndOthersStay()
    {
        var dense = new LabelMap([2, 2, 2, 2], 2, 2);
        var selection = new PixelSelection(new SiteSet([1, 2], 1, 2, 2), dense);
        LabelMap merged = LabelMerger.Merge(selection, [0, 5, 1, 3, 3, 3], 3);
        Assert.Equal([2, 1, 0, 2], merged.Labels);
        Assert.Equal([2, 2, 2, 2], dense.Labels);
    }

    [Fact]
    public void Merge_NothingSelected_IsTheDenseMap()
    {
        var selection = new PixelSelection(new SiteSet([], 1, 1, 2), new LabelMap([1, 0], 1, 2));
        Assert.Equal([1, 0], LabelMerger.Merge(selection, [], 2).Labels);
    }

    [Fact]
    public void Merge_NaN_ThrowsInvalidInput()
    {
        var selection = new PixelSelection(new SiteSet([0], 1, 1, 2), new LabelMap([1, 0], 1, 2));
        Assert.Throws<InvalidInputException>(() => LabelMerger.Merge(selection, [1, float.NaN], 2));
    }

    [Fact]
    public void Merge_WrongLength_Throws()
    {
        var selection = new PixelSelection(new SiteSet([0], 1, 1, 2), new LabelMap([1, 0], 1, 2));
        Assert.Throws<ArgumentException>(() => LabelMerger.Merge(selection, [1, 2, 3], 2));
    }
}
