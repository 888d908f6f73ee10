using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.MLNet.Tests.Refining;

public class TrainingMannersTests
{
    [Fact]
    public void Fit_Joint_LogsStartEpochsAndEnd()
    {
        using var scene = new Scene(photos: 2);
        List<(ChannelMessageKind Kind, string Source, string Text)> log = [];
        scene.Context.Log += (_, e) => log.Add((e.Kind, e.Source, e.RawMessage));
        using var model = scene.Fit();
        string[] ours = [.. log.Where(m => m.Source.Contains("SparseRefinementTrainer", StringComparison.Ordinal)
            && m.Kind == ChannelMessageKind.Info).Select(m => m.Text)];
        Assert.Single(ours, text => text.EndsWith(" epochs of 1 steps", StringComparison.Ordinal) && text.StartsWith("about 00:0", StringComparison.Ordinal));
        ours = [.. ours.Where(text => !text.StartsWith("about ", StringComparison.Ordinal))];
        Assert.Equal("training on 2 rows, validating on 2, 2 epochs", ours[0]);
        Assert.StartsWith("epoch 0, the dense model alone: mIoU ", ours[1], StringComparison.Ordinal);
        Assert.StartsWith("epoch 1/2: loss ", ours[2], StringComparison.Ordinal);
        Assert.StartsWith("epoch 2/2: loss ", ours[3], StringComparison.Ordinal);
        Assert.StartsWith("training finished after 2 epochs; epoch ", ours[4], StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Cancelled_KeepsTheBestOrThrowsAsAsked()
    {
        using var scene = new Scene(photos: 2);
        IDataView data = Data(scene);
        List<string> warnings = [];
        scene.Context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning && e.Source.Contains("SparseRefinementTrainer", StringComparison.Ordinal))
            {
                warnings.Add(e.RawMessage);
            }
        };
        SparseRefinementTransformer Fit(bool keep)
        {
            var source = new CancellationTokenSource();
            return scene.Catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(scene.Refinement())
            {
                Selector = scene.Refinement().Selector,
                MetricsCallback = _ => source.Cancel(),
                CancellationToken = source.Token,
                KeepBestOnCancel = keep,
            }).Fit(data);
        }

        Assert.Equal(TrainingEnd.Cancelled, Fit(keep: true).Training!.End);
        Assert.Equal("training was cancelled; epoch 1 is kept", warnings[0]);
        Assert.Throws<OperationCanceledException>(() => Fit(keep: false));
    }

    [Fact]
    public void Fit_NoBetterThanTheDenseModel_WarnsAndSaysSoInTheTrainingRecord()
    {
        using var scene = new Scene(photos: 2);
        List<string> warnings = [];
        scene.Context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(e.RawMessage);
            }
        };
        List<EpochReport> dense = [];
        TrainingHistory history = scene.Catalog.Trainers.SparseRefinement(
            new SparseRefinementTrainer.Options(scene.Refinement() with { Epochs = 1, Residual = true, LearningRate = 1e-12 })
            {
                Selector = scene.Refinement().Selector,
                DenseCallback = dense.Add,
            }).Fit(Data(scene)).Training!;
        Assert.False(history.BeatsDense);
        Assert.Equal(0, history.ImprovementOverDense!.Value, 3);
        Assert.Same(history.Dense, Assert.Single(dense));
        Assert.StartsWith("no better than the dense model: mIoU ", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WorkspacePath_GoesOnToTheSameWeightsAndSaysSo()
    {
        using var scene = new Scene(photos: 2);
        IDataView data = Data(scene);
        SparseRefinementTransformer Fit(string? workspace, bool stop)
        {
            var source = new CancellationTokenSource();
            return scene.Catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(scene.Refinement() with { Epochs = 4 })
            {
                Selector = scene.Refinement().Selector,
                WorkspacePath = workspace,
                CancellationToken = source.Token,
                MetricsCallback = report =>
                {
                    if (stop && report.Epoch == 2)
                    {
                        source.Cancel();
                    }
                },
            }).Fit(data);
        }

        List<string> log = [];
        Fit(scene.PathOf("work"), stop: true);
        scene.Context.Log += (_, e) => log.Add(e.RawMessage);
        AssertSameWeights(Fit(null, stop: false).Refiner, Fit(scene.PathOf("work"), stop: false).Refiner);
        Assert.Contains(log, text => text.EndsWith("training.checkpoint: goes on after 2 of 4 epochs and 0 steps", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_WarmStartFromALoadedModel_StartsFromItsWeights()
    {
        using var scene = new Scene(photos: 2);
        using var model = scene.Fit();
        using var file = new MemoryStream();
        scene.Catalog.Save(model.LastTransformer, null, file);
        file.Position = 0;
        var loaded = ((IEnumerable<ITransformer>)scene.Catalog.Load(file, out _)).OfType<SparseRefinementTransformer>().Single();
        var warm = scene.Catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(scene.Refinement() with { Epochs = 1, LearningRate = 1e-30, WeightDecay = 0 })
        {
            Selector = scene.Refinement().Selector,
            WarmStart = loaded.Refiner,
        }).Fit(Data(scene));
        foreach ((Layers.Parameter start, Layers.Parameter end) in Weights(loaded.Refiner).Zip(Weights(warm.Refiner)).Where(p => p.First.IsTrained))
        {
            Assert.All(start.Value.Zip(end.Value), pair => Assert.Equal(pair.First, pair.Second, 1e-12f));
        }
    }

    [Fact]
    public void Fit_WarmStartFromTheShippedRefiner_TrainsACopyOfItsWeights()
    {
        using var scene = new Scene(photos: 2);
        SparseRefiner shipped = ShippedRefiner.For(3);
        float[][] before = [.. shipped.Network.Parameters.Select(parameter => (float[])parameter.Value.Clone())];
        SparseRefiner Fit(double rate) => scene.Catalog.Trainers.SparseRefinement(
            new SparseRefinementTrainer.Options(shipped.ShapeOf(scene.Refinement() with { Epochs = 2, LearningRate = rate, WeightDecay = 0 }))
            {
                Selector = scene.Refinement().Selector,
                WarmStart = shipped,
            }).Fit(Data(scene)).Refiner;

        foreach ((Layers.Parameter start, Layers.Parameter end) in shipped.Network.Parameters.Zip(Fit(1e-30).Network.Parameters).Where(p => p.First.IsTrained))
        {
            Assert.All(start.Value.Zip(end.Value), pair => Assert.Equal(pair.First, pair.Second, 1e-12f));
        }

        SparseRefiner trained = Fit(1e-3);
        Assert.IsType<Networks.UniversalNetwork>(trained.Network);
        Assert.Contains(shipped.Network.Parameters.Zip(trained.Network.Parameters).Where(p => p.First.IsTrained), pair => !pair.First.Value.SequenceEqual(pair.Second.Value));
        Assert.Equal(before, shipped.Network.Parameters.Select(parameter => parameter.Value));
    }

    [Fact]
    public void Fit_SeveralLogitColumns_GivesARefinerForEach()
    {
        using var scene = new Scene();
        using var second = scene.Catalog.ApplyDenseModel(
            "Coarse",
            "Image",
            new MemoryStream(OnnxModelBuilder.Identity()),
            new Onnx.DenseModelOptions { Scale = 0.25, SizeMultiple = 1, Mean = [0, 0, 0], Std = [128, 128, 128] }).Fit(Inputs(scene));
        IDataView data = second.Transform(Data(scene));
        List<EpochReport> reports = [];
        var refiner = scene.Catalog.Trainers.SparseRefinement(new SparseRefinementTrainer.Options(scene.Refinement())
        {
            FurtherLogitsColumnNames = ["Coarse"],
            Selector = scene.Refinement().Selector,
            MetricsCallback = reports.Add,
        }).Fit(data);
        Assert.Equal(2, reports[0].ValidationByDense.Count);
        LabelMap first = refiner.Transform(data).GetColumn<LabelMap>("PredictedLabel").First();
        SparseRefinementTransformer coarse = refiner.WithLogitsColumn("Coarse");
        LabelMap other = coarse.Transform(data).GetColumn<LabelMap>("PredictedLabel").First();
        Assert.NotEqual(first.Labels, other.Labels);

        using var file = new MemoryStream();
        scene.Catalog.Save(coarse, null, file);
        file.Position = 0;
        ITransformer loaded = scene.Catalog.Load(file, out _);
        Assert.Equal(other.Labels, loaded.Transform(data).GetColumn<LabelMap>("PredictedLabel").First().Labels);
    }

    [Fact]
    public void Fit_FurtherLogitsColumnMissing_NamesIt()
    {
        using var scene = new Scene(photos: 1);
        var error = Assert.Throws<InvalidInputException>(() => scene.Catalog.Trainers.SparseRefinement(
            new SparseRefinementTrainer.Options { FurtherLogitsColumnNames = ["Coarse"] }).Fit(Data(scene)));
        Assert.StartsWith("column 'Coarse': expected a LogitMap, got no such column", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_StagesAlone_ReportEpochsOnHeldOutRowsAndResume()
    {
        using var scene = new Scene();
        List<EpochReport> extractor = [];
        List<EpochReport> gate = [];
        IDataView data = scene.Catalog.SelectPixels("Selected", "Logits", "Image", "fraction:0.3").Fit(Data(scene)).Transform(Data(scene));
        SparseExtractionTransformer extraction = scene.Catalog.Trainers.SparseExtraction(new SparseExtractionTrainer.Options(scene.Refinement())
        {
            ValidationFraction = 0.34,
            WorkspacePath = scene.PathOf("extractor"),
            MetricsCallback = extractor.Add,
        }).Fit(data);
        IDataView extracted = extraction.Transform(data);
        EnsemblingTransformer Gate() => scene.Catalog.Trainers.GatedEnsembling(new GatedEnsemblingTrainer.Options(scene.Refinement())
        {
            ValidationSet = extracted,
            WorkspacePath = scene.PathOf("gate"),
            MetricsCallback = gate.Add,
        }).Fit(extracted);
        var first = (GatedEnsembler)Gate().Ensembler;
        var again = (GatedEnsembler)Gate().Ensembler;
        Assert.Equal([1, 2], extractor.Select(report => report.Epoch));
        Assert.All(extractor, report => Assert.Equal(1, report.Validation!.Images));
        Assert.Equal([1, 2], gate.Select(report => report.Epoch));
        Assert.All(gate, report => Assert.Equal(3, report.Validation!.Images));
        Assert.Equal(first.Parameters.Select(p => p.Value), again.Parameters.Select(p => p.Value));
    }

    private static IDataView Inputs(Scene scene) => scene.Inputs().Fit(scene.Data).Transform(scene.Data);

    private static IDataView Data(Scene scene)
    {
        IDataView inputs = Inputs(scene);
        return scene.Dense().Fit(inputs).Transform(inputs);
    }

    private static IEnumerable<Layers.Parameter> Weights(SparseRefiner refiner) =>
        refiner.Network.Parameters.Concat((refiner.Ensembler as GatedEnsembler)?.Parameters ?? []);

    private static void AssertSameWeights(SparseRefiner expected, SparseRefiner actual) =>
        Assert.Equal(Weights(expected).Select(p => p.Value), Weights(actual).Select(p => p.Value));
}
