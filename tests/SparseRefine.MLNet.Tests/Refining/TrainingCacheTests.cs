using Microsoft.ML;
using SparseRefine.Ensemblers;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

public sealed class TrainingCacheTests : IDisposable
{
    private readonly Scene _scene = new(photos: 4);

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2.5)]
    public void Fit_CacheOfAnySize_SameBits(double rows)
    {
        long bytes = (long)(rows * Rows(long.MaxValue)[0].Bytes);
        float[][] expected = Weights(Fit(long.MaxValue, null));

        Assert.Equal(expected, Weights(Fit(bytes, null)));
        Assert.Equal(expected, Weights(Fit(bytes, _scene.PathOf("work"))));
        Assert.Equal(Stages(long.MaxValue), Stages(bytes));
    }

    [Fact]
    public void Item_RowsBeyondTheCache_AreReadAgainEachTime()
    {
        long one = Rows(long.MaxValue)[0].Bytes;
        int reads = 0;
        using TrainingRows<TrainingExample> all = Rows(long.MaxValue);
        using TrainingRows<TrainingExample> rows = Rows((2 * one) + 1, () => reads++);

        Assert.Equal((4, 4 * one), (all.Count, all.CachedBytes));
        Assert.Equal((4, 2 * one, 4), (rows.Count, rows.CachedBytes, reads));
        foreach (int i in (int[])[3, 0, 2, 1, 3, 3])
        {
            Assert.Equal(i < 2, ReferenceEquals(rows[i], rows[i]));
            Assert.Equal(all[i].Name, rows[i].Name);
            Assert.Equal(all[i].Image.Pixels, rows[i].Image.Pixels);
            Assert.Equal(all[i].Labels.Labels, rows[i].Labels.Labels);
            Assert.Equal(all[i].Logits.Values, rows[i].Logits.Values);
        }

        // Four of the six are beyond the cache, and each was asked for six times.
        Assert.Equal(4 + (4 * 6), reads);
        Assert.Equal(all.Select(row => row.Name), rows.Select(row => row.Name));
    }

    [Fact]
    public void Fit_PhotoThatIsGoneWhenReadAgain_NamesIt()
    {
        string gone = Rows(0)[2].Name;
        var error = Assert.Throws<InvalidInputException>(() => Fit(0, null, _ => File.Delete(gone)));

        Assert.Equal(gone, error.InputSource);
    }

    [Fact]
    public void Item_OtherPhotoInTheRow_IsAnError()
    {
        using TrainingRows<TrainingExample> rows = Rows(0);
        string name = rows[1].Name;
        string other = rows[2].Name;
        int read = 0;
        IDataView data = Data();
        var examples = Examples();
        using var changing = new TrainingRows<TrainingExample>(
            data,
            examples.Columns,
            null,
            cursor =>
            {
                Func<TrainingExample> make = examples.Bind(cursor);
                return () =>
                {
                    TrainingExample row = make();
                    return read++ < 4 || row.Name != name ? row : new TrainingExample(other, row.Image, row.Labels, row.AllLogits);
                };
            },
            0,
            default);

        var error = Assert.Throws<InvalidInputException>(() => changing[1]);

        Assert.Equal($"{name}: expected the photo that stood there when the fit began, got '{other}'", error.Message);
        Assert.Equal(name, rows[1].Name);
    }

    private static float[][] Weights(SparseRefiner refiner) =>
        [.. refiner.Network.Parameters.Concat((refiner.Ensembler as GatedEnsembler)?.Parameters ?? []).Select(p => p.Value)];

    private TrainingExamples Examples() => new(TrainingColumns.Of(new SparseRefinementTrainer.Options(_scene.Refinement())), null);

    private TrainingRows<TrainingExample> Rows(long bytes, Action? isRead = null)
    {
        TrainingExamples examples = Examples();
        return new TrainingRows<TrainingExample>(
            Data(),
            examples.Columns,
            null,
            cursor =>
            {
                Func<TrainingExample> make = examples.Bind(cursor);
                return () =>
                {
                    isRead?.Invoke();
                    return make();
                };
            },
            bytes,
            default);
    }

    private SparseRefiner Fit(long bytes, string? workspace, Action<EpochReport>? callback = null) =>
        _scene.Catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(_scene.Refinement() with { CacheBytes = bytes, CropsPerPhoto = 3 })
        {
            Selector = _scene.Refinement().Selector,
            ValidationFraction = 0.5,
            WorkspacePath = workspace,
            MetricsCallback = callback,
        }).Fit(Data()).Refiner;

    // The weights of the extractor and of the gate, each trained alone.
    private float[][] Stages(long bytes)
    {
        IDataView data = _scene.Catalog.SelectPixels("Selected", "Logits", "Image", "fraction:0.3").Fit(Data()).Transform(Data());
        SparseExtractionTransformer extraction = _scene.Catalog.Trainers.SparseExtraction(
            new SparseExtractionTrainer.Options(_scene.Refinement() with { CacheBytes = bytes })).Fit(data);
        IDataView extracted = extraction.Transform(data);
        EnsemblingTransformer gate = _scene.Catalog.Trainers.GatedEnsembling(
            new GatedEnsemblingTrainer.Options(_scene.Refinement() with { CacheBytes = bytes })).Fit(extracted);
        return [.. ((GatedEnsembler)gate.Ensembler).Parameters.Select(p => p.Value)];
    }

    private IDataView Data()
    {
        IDataView inputs = _scene.Inputs().Fit(_scene.Data).Transform(_scene.Data);
        return _scene.Dense().Fit(inputs).Transform(inputs);
    }
}
