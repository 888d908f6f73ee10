using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

/// <summary>Models as one graph in one session, here on ONNX Runtime's CPU provider, and what is said where there is no GPU.</summary>
public sealed class SegmentationModelDeviceTests : IDisposable
{
    private static readonly SegmentationModelOptions AsGraph = new() { ConfigureSession = _ => { } };
    private readonly Scene scene = new(photos: 4);
    private readonly string file;

    public SegmentationModelDeviceTests()
    {
        using TransformerChain<SparseRefinementTransformer> fitted = scene.Fit(Scene.Classes());
        file = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(fitted, null, file);
    }

    public void Dispose() => scene.Dispose();

    [Theory]
    [InlineData(RefinementParts.None)]
    [InlineData(RefinementParts.Selection)]
    [InlineData(RefinementParts.Selection | RefinementParts.SparseLogits)]
    public void Predict_AsGraph_GivesWhatTheEngineGives(RefinementParts parts)
    {
        using SegmentationModel engine = SegmentationModel.Load(file);
        using SegmentationModel graph = SegmentationModel.Load(file, AsGraph);
        using SegmentationResult expected = engine.Predict(scene.Pairs[0].ImagePath);
        using SegmentationResult result = graph.Predict(scene.Pairs[0].ImagePath, parts);
        Assert.Equal(expected.Labels.Labels, result.Labels.Labels);
        Assert.Equal(expected.Density, result.Density);
        Assert.Equal(expected.Shares, result.Shares);
        Assert.Equal(expected.Selection!.Sites.Indices, result.Selection!.Sites.Indices);
        Assert.Equal(expected.DenseLabels.Labels, result.DenseLabels.Labels);
        Assert.Equal(expected.SparseLogits!.Values, result.SparseLogits!.Values);
        Assert.Equal(expected.Entropy().Grey.Labels, result.Entropy().Grey.Labels);
        Assert.Equal(expected.Logits!.Values, result.Logits!.Values);
        Assert.True(result.Times is { Decode: > 0, Dense: > 0, Select: 0, Extract: 0, Ensemble: 0 }, $"{result.Times}");
    }

    [Fact]
    public void Predict_AsGraph_LabelsAloneLeaveTheDenseModelsOwnSessionAlone()
    {
        using SegmentationModel graph = SegmentationModel.Load(file, AsGraph);
        var dense = ((TransformerChain<ITransformer>)graph.Transformer).OfType<DenseSegmentationTransformer>().Single();
        using SegmentationResult result = graph.Predict(scene.Pairs[0].ImagePath, RefinementParts.Selection);
        Assert.Equal(0, dense.Runs);
        _ = result.Logits;
        Assert.Equal(1, dense.Runs);
    }

    [Fact]
    public void Predict_AsGraphFromManyThreads_AnswersAsOne()
    {
        using SegmentationModel graph = SegmentationModel.Load(file, AsGraph);
        byte[][] expected = [.. scene.Pairs.Select(pair => Labels(graph, pair.ImagePath))];
        int differences = 0;
        Parallel.For(0, 48, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            if (!Labels(graph, scene.Pairs[i % 4].ImagePath).AsSpan().SequenceEqual(expected[i % 4]))
            {
                Interlocked.Increment(ref differences);
            }
        });
        Assert.Equal(0, differences);
    }

    [Fact]
    public void Predict_AsGraphDenseModelAlone_GivesWhatTheEngineGives()
    {
        byte[] onnx = OnnxModelBuilder.Identity();
        DenseModelOptions sees = new() { Scale = 1, SizeMultiple = 1 };
        using SegmentationModel engine = SegmentationModel.FromOnnx(onnx, "m.onnx", sees);
        using SegmentationModel graph = SegmentationModel.FromOnnx(onnx, "m.onnx", sees, options: AsGraph);
        using SegmentationResult result = graph.Predict(scene.Pairs[0].ImagePath);
        Assert.Equal(Labels(engine, scene.Pairs[0].ImagePath), result.Labels.Labels);
        Assert.Null(result.Refined);
        Assert.Null(result.Selection);
    }

    [Fact]
    public void WithSelector_AsGraph_IsAGraphOfItsOwnThatOutlivesTheFirst()
    {
        using SegmentationModel engine = SegmentationModel.Load(file);
        SegmentationModel graph = SegmentationModel.Load(file, AsGraph);
        IPixelSelector selector = PixelSelector.Parse("fraction:0.5");
        using SegmentationModel other = graph.WithSelector(selector);
        using SegmentationModel threaded = other.WithThreads(1);
        using SegmentationModel expected = engine.WithSelector(selector);
        _ = Labels(graph, scene.Pairs[0].ImagePath);
        graph.Dispose();
        foreach (SegmentationModel model in new[] { other, threaded })
        {
            using SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath);
            Assert.Equal(0.5, result.Density!.Value, 2);
            Assert.Equal(Labels(expected, scene.Pairs[0].ImagePath), result.Labels.Labels);
        }

        other.ReleaseBuffers();
        _ = Labels(other, scene.Pairs[1].ImagePath);
    }

    [Fact]
    public void Predict_AsGraphCancelled_Throws()
    {
        using SegmentationModel graph = SegmentationModel.Load(file, AsGraph);
        Assert.Throws<OperationCanceledException>(() => graph.Predict(scene.Pairs[0].ImagePath, cancellation: new CancellationToken(true)));
        Assert.NotEmpty(Labels(graph, scene.Pairs[0].ImagePath));
    }

    [Fact]
    public void Evaluate_AsGraph_ReportsWhatTheEngineReports()
    {
        LabelledPhoto[] photos = [.. scene.Pairs.Select(pair => new LabelledPhoto { ImagePath = pair.ImagePath, LabelPath = pair.LabelPath })];
        using SegmentationModel engine = SegmentationModel.Load(file);
        using SegmentationModel graph = SegmentationModel.Load(file, AsGraph);
        RefinementReport expected = engine.Evaluate(photos);
        RefinementReport report = graph.Evaluate(photos);
        Assert.Equal(expected.Ensembled.Full.MeanIoU, report.Ensembled.Full.MeanIoU);
        Assert.Equal(expected.RefinerOnly.Full.MeanIoU, report.RefinerOnly.Full.MeanIoU);
        Assert.Equal(expected.ExtractMultiplyAdds, report.ExtractMultiplyAdds);
        Assert.Equal(0, report.Milliseconds.Extract);
    }

    [Fact]
    public void Load_CudaThatIsNotThere_NamesOptionAndReason()
    {
        var error = Assert.Throws<InvalidInputException>(() => SegmentationModel.Load(file, new() { ExecutionProvider = ExecutionProvider.Cuda }));
        Assert.Equal($"ExecutionProvider: expected CUDA, as it is Cuda and not Auto, got {DenseModel.CudaProblem}", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void Load_AutoWhereThereIsNoCuda_RunsOnTheCpuAndSaysWhy(int? device)
    {
        MLContext context = new(1);
        List<string> warnings = [];
        context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
            {
                warnings.Add(e.RawMessage);
            }
        };
        _ = context.SemanticSegmentation;
        using SegmentationModel model = SegmentationModel.Load(
            file, new() { ExecutionProvider = ExecutionProvider.Auto, GpuDeviceId = device, Context = context });
        using SegmentationModel engine = SegmentationModel.Load(file);
        using SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath);
        Assert.Equal(Labels(engine, scene.Pairs[0].ImagePath), result.Labels.Labels);
        Assert.True(result.Times.Extract > 0, "the engine serves");
        string warning = Assert.Single(warnings);
        Assert.Contains($"expected CUDA device {device ?? 0}, got ", warning, StringComparison.Ordinal);
        Assert.EndsWith("; the CPU serves instead", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void FromTransformer_AutoWhereThereIsNoCuda_RunsOnTheCpu()
    {
        using TransformerChain<SparseRefinementTransformer> fitted = scene.Fit(Scene.Classes());
        using SegmentationModel model = SegmentationModel.FromTransformer(fitted, new() { ExecutionProvider = ExecutionProvider.Auto });
        using SegmentationModel engine = SegmentationModel.FromTransformer(fitted);
        Assert.Equal(Labels(engine, scene.Pairs[0].ImagePath), Labels(model, scene.Pairs[0].ImagePath));
    }

    [Fact]
    public void Predict_OtherPeoplesTransformersInTheChain_RunWithoutGraph()
    {
        using var mixed = FreshProcessTests.Mixed(scene);
        string path = scene.PathOf("mixed.sparserefine");
        scene.Catalog.Save(mixed, null, path);
        using SegmentationModel engine = SegmentationModel.Load(path);
        using SegmentationModel model = SegmentationModel.Load(path, AsGraph);
        Assert.Equal(Labels(engine, scene.Pairs[0].ImagePath), Labels(model, scene.Pairs[0].ImagePath));
    }

    [Fact]
    public void ConfigureSession_OfAModel_SeesTheOptionsOfEachSession()
    {
        int sessions = 0;
        using SegmentationModel model = SegmentationModel.Load(file, new()
        {
            Threads = 1,
            ConfigureSession = options =>
        {
            Assert.Equal(1, options.IntraOpNumThreads);
            sessions++;
        }
        });
        _ = Labels(model, scene.Pairs[0].ImagePath);
        Assert.Equal(2, sessions);
    }

    private static byte[] Labels(SegmentationModel model, string path)
    {
        using SegmentationResult result = model.Predict(path);
        return result.Labels.Labels;
    }
}
