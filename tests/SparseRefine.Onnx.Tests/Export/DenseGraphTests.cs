using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Onnx.Tests.Export;

/// <summary>The dense model within the graph sees photos and means its scores as <see cref="DenseModel"/> has it.</summary>
public sealed class DenseGraphTests
{
    private const int Float = OnnxModelBuilder.Float;
    private static readonly DenseModelOptions Options = new() { Scale = 0.5, SizeMultiple = 1, IntraOpNumThreads = 1, Mean = [120, 110, 100], Std = [50, 60, 70] };

    public static TheoryData<string> Kinds => [.. Models.Keys];

    private static Dictionary<string, (byte[] File, DenseModelOptions Options)> Models { get; } = new()
    {
        ["half the size"] = (Linear(), Options),
        ["a third"] = (Linear(), Options with { Scale = 1 / 3.0 }),
        ["the same size"] = (Linear(), Options with { Scale = 1 }),
        ["larger"] = (Linear(), Options with { Scale = 1.7 }),
        ["multiples"] = (Linear(), Options with { SizeMultiple = 8 }),
        ["a size"] = (Linear(), Options with { Scale = null, Height = 11, Width = 40 }),
        ["bilinear"] = (Linear(), Options with { Interpolation = Interpolation.Bilinear }),
        ["nearest"] = (Linear(), Options with { Interpolation = Interpolation.Nearest, Scale = 0.4 }),
        ["blue first"] = (Linear(), Options with { ChannelOrder = ChannelOrder.Bgr }),
        ["fixed"] = (OnnxModelBuilder.Identity(Float, 12, 10), Options with { ScoreKind = ScoreKind.Logits }),
        ["bytes"] = (Cast(OnnxModelBuilder.UInt8, Float), Options with { ScoreKind = ScoreKind.Logits }),
        ["half precision"] = (OnnxModelBuilder.Identity(OnnxModelBuilder.Float16), Options with { ScoreKind = ScoreKind.Logits }),
        ["channels last"] = (ChannelsLast(), Options),
        ["binary"] = (Binary("Identity", rank: 4), Options),
        ["binary planes"] = (Binary("Identity", rank: 3), Options),
        ["binary probabilities"] = (Binary("Sigmoid", rank: 4), Options),
        ["binary, told by values"] = (Binary("Sigmoid", rank: 4, "Abs"), Options),
        ["probabilities"] = (Linear("Softmax"), Options),
        ["told by values: probabilities"] = (Linear("Softmax", "Abs"), Options),
        ["told by values: logits"] = (Linear("Abs"), Options),
        ["old operators"] = (Old(), Options),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Build_DenseModels_SeesThePhotoAsTheModelDoes(string kind)
    {
        (byte[] file, DenseModelOptions options) = Models[kind];

        // Planes without an axis of classes do not tell at 1x1 which axis they lack.
        foreach ((int height, int width) in ((int, int)[])[(24, 33), kind == "binary planes" ? (2, 3) : (1, 1), (7, 2)])
        {
            ImageBuffer photo = TestImage.Noise(height, width);
            using DenseModel model = new(file, "m.onnx", options);
            LogitMap logits = model.Run(photo.View);
            float[] entropies = new float[height * width];
            Entropy.OfRows(GraphRun.Interpolated(logits, height, width, Interpolation.Bilinear), logits.Classes, entropies);
            byte[] labels = logits.ToLabels(height, width, workers: new Workers(1)).Labels;
            foreach (OnnxInput input in (OnnxInput[])[OnnxInput.Image, OnnxInput.Pixels])
            {
                (byte[] found, float[] own) = Run(model, file, photo, new OnnxExportOptions { Input = input, Outputs = OnnxOutputs.Entropy });
                float tolerance = kind.StartsWith("half", StringComparison.Ordinal) ? 2e-3f : 1e-4f;
                for (int i = 0; i < own.Length; i++)
                {
                    Assert.True(Math.Abs(entropies[i] - own[i]) < tolerance, $"{kind}, {input}, {height}x{width}: entropy {own[i]} at {i}, expected {entropies[i]}");
                }

                Assert.Equal(labels, found);
            }
        }
    }

    [Fact]
    public void Build_HalfPrecision_TurnsTheDenseModelToo()
    {
        byte[] file = Linear();
        using DenseModel model = new(file, "m.onnx", Options);
        ImageBuffer photo = TestImage.Noise(24, 33);
        byte[] expected = model.Run(photo.View).ToLabels(24, 33).Labels;
        ModelProto graph = GraphExport.Build(model, OnnxFile.Parse(file, "m.onnx"), null, 2, new OnnxExportOptions { Float16 = true }, []);
        Assert.Equal(OnnxGraph.Float16, graph.Graph.Initializer.Single(t => t.Name == "dense/w").DataType);
        byte[] labels = Run(model, file, photo, new OnnxExportOptions { Float16 = true, Outputs = OnnxOutputs.Entropy }).Labels;
        Assert.InRange(labels.Where((label, i) => label != expected[i]).Count(), 0, labels.Length / 100);
    }

    [Fact]
    public void Build_HalfPrecisionOfComputedWeights_LeavesTheirComputationInSinglePrecision()
    {
        // ONNX Runtime computes them once when it loads the graph, which it cannot in half precision.
        byte[] file = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("w", [2, -2, 1, -1.4f, 2, 0.4f, 0, 0.6f, -2], 3, 3, 1, 1)
            .Weights("half", [0.5f], 1)
            .Node("Mul", ["w", "half"], ["scaled"])
            .Node("Conv", ["image", "scaled"], ["v"])
            .Node("Mul", ["v", "half"], ["scores"])
            .Output("scores", Float, 1, 3, -1, -1)
            .Build(17);
        using DenseModel model = new(file, "m.onnx", Options);
        ImageBuffer photo = TestImage.Noise(24, 33);
        byte[] expected = model.Run(photo.View).ToLabels(24, 33).Labels;
        GraphProto graph = GraphExport.Build(model, OnnxFile.Parse(file, "m.onnx"), null, 2, new OnnxExportOptions { Float16 = true }, []).Graph;
        Dictionary<string, int> weights = graph.Initializer.ToDictionary(t => t.Name, t => t.DataType);
        Assert.Equal((Float, Float, OnnxGraph.Float16), (weights["dense/w/single"], weights["dense/half/single"], weights["dense/half"]));
        Assert.DoesNotContain("dense/w", weights);
        Assert.Equal("dense/scaled/single", graph.Node.Single(n => n.OpType == "Cast" && n.Output[0] == "dense/scaled").Input[0]);
        byte[] labels = Run(model, file, photo, new OnnxExportOptions { Float16 = true, Outputs = OnnxOutputs.Entropy }).Labels;
        Assert.InRange(labels.Where((label, i) => label != expected[i]).Count(), 0, labels.Length / 100);
    }

    [Fact]
    public void Convert_OperatorWithoutHalfPrecision_StaysInSinglePrecision()
    {
        GraphProto graph = new();
        NodeProto sample = new() { OpType = "GridSample" };
        sample.Input.Add(["x", "grid"]);
        sample.Output.Add("y");
        graph.Node.Add(sample);
        HalfPrecision.Convert(graph);
        Assert.Equal(["Cast", "Cast", "GridSample", "Cast"], graph.Node.Select(node => node.OpType));
        Assert.Equal([OnnxGraph.Float, OnnxGraph.Float, OnnxGraph.Float16], graph.Node.Where(node => node.OpType == "Cast").Select(node => (int)node.Attribute[0].I));
        Assert.Equal(["x", "grid"], sample.Input.Select(name => graph.Node.Single(node => node.Output.Contains(name)).Input[0]));
        Assert.Equal("y", graph.Node[^1].Output[0]);
    }

    [Fact]
    public void Build_NewerModel_IsRefusedForAnOlderGraph()
    {
        byte[] file = Linear(opset: 20);
        using DenseModel model = new(file, "m.onnx", Options);
        OnnxFile own = OnnxFile.Parse(file, "m.onnx");
        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => GraphExport.Build(model, own, null, 2, new OnnxExportOptions { OperatorSet = 17 }, []));
        Assert.Equal("m.onnx: expected operators of set 17 or older, as the graph's (--opset), got set 20", e.Message);
        Assert.Equal(20, GraphExport.Build(model, own, null, 2, new OnnxExportOptions(), []).OpsetImport[0].Version);
    }

    [Fact]
    public void Build_RefinerOfOtherClasses_IsRefused()
    {
        byte[] file = Linear();
        using DenseModel model = new(file, "m.onnx", Options);
        SparseRefiner other = SparseRefiner.Untrained(RefinerMethod.SparseRefine, FeatureSpec.Parse("rgb,p"), [8, 16], 1, 0.3, 4, seed: 1);
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => GraphExport.Build(model, OnnxFile.Parse(file, "m.onnx"), other, 0, new OnnxExportOptions(), []));
        Assert.Equal("m.onnx: expected scores of 4 classes as its refiner has, got 3", e.Message);
    }

    [Theory]
    [InlineData(0.0001)]
    [InlineData(4)]
    public void LearnFacts_AnyScale_NeedsNoLargePhoto(double scale)
    {
        using DenseModel model = new(Linear(), "m.onnx", Options with { Scale = scale });
        DenseModelFacts facts = model.LearnFacts();
        Assert.Equal((3, 4, TensorLayout.ChannelsFirst), (facts.Classes, facts.ScoreRank, facts.ScoreLayout));
    }

    [Fact]
    public void Write_ManyWeights_LieBesideTheGraph()
    {
        using TestFolder folder = new();
        byte[] file = Linear();
        using DenseModel model = new(file, "m.onnx", Options);
        ModelProto graph = GraphExport.Build(model, OnnxFile.Parse(file, "m.onnx"), Refiner(), 3, new OnnxExportOptions(), []);
        byte[] whole = graph.ToByteArray();
        string path = folder["a/b.onnx"];
        GraphFile.Write(path, graph, null, most: 1000);
        Assert.Equal(["a/b.onnx", "a/b.onnx.data"], folder.Files());
        Assert.True(new FileInfo(path).Length < whole.Length);
        ImageBuffer photo = TestImage.Noise(24, 33);
        using InferenceSession one = new(whole);
        using InferenceSession two = new(path);
        Assert.Equal(Labels(one, photo), Labels(two, photo));
    }

    [Fact]
    public void Write_PlaceThatCannotBeWritten_LeavesNothing()
    {
        using TestFolder folder = new();
        folder.Write("file");
        ModelProto graph = GraphExport.Build(null, null, Refiner(), 3, new OnnxExportOptions { Input = OnnxInput.ImageAndLogits }, []);
        Assert.ThrowsAny<IOException>(() => GraphFile.Write(folder["file/g.onnx"], graph, null, most: 1000));
        Assert.Equal(["file"], folder.Files());
    }

    private static SparseRefiner Refiner() => SparseRefiner.Untrained(RefinerMethod.SparseRefine, FeatureSpec.Parse("rgb,p"), [8, 16], 1, 0.3, 3, seed: 1);

    private static (byte[] Labels, float[] Entropies) Run(DenseModel model, byte[] file, ImageBuffer photo, OnnxExportOptions options)
    {
        byte[] graph = GraphExport.Build(model, OnnxFile.Parse(file, "m.onnx"), null, 2, options, []).ToByteArray();
        using InferenceSession session = new(graph);
        using OrtValue image = options.Input == OnnxInput.Image
            ? OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, photo.Height, photo.Width, 3])
            : OrtValue.CreateTensorValueFromMemory(Planes(photo), [1, 3, photo.Height, photo.Width]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, session.InputNames, [image], ["labels", "entropy"]);
        return (outputs[0].GetTensorDataAsSpan<byte>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }

    private static byte[] Labels(InferenceSession session, ImageBuffer photo)
    {
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(photo.Pixels, [1, photo.Height, photo.Width, 3]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["image"], [image], ["labels"]);
        return outputs[0].GetTensorDataAsSpan<byte>().ToArray();
    }

    private static float[] Planes(ImageBuffer photo)
    {
        int pixels = photo.Height * photo.Width;
        float[] planes = new float[3 * pixels];
        for (int i = 0; i < planes.Length; i++)
        {
            planes[(i % 3 * pixels) + (i / 3)] = photo.Pixels[i];
        }

        return planes;
    }

    // Three classes of a pixel's colors, through some more operators.
    private static byte[] Linear(params string[] ends) => Linear(17, ends);

    private static byte[] Linear(int opset, params string[] ends)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("w", [1, -1, 0.5f, -0.7f, 1, 0.2f, 0, 0.3f, -1], 3, 3, 1, 1)
            .Node("Conv", ["image", "w"], ["v0"]);
        for (int i = 0; i < ends.Length; i++)
        {
            builder.Node(ends[i], [$"v{i}"], [$"v{i + 1}"], ends[i] == "Softmax" ? [("axis", 1)] : []);
        }

        return builder.Node("Identity", [$"v{ends.Length}"], ["scores"]).Output("scores", Float, 1, 3, -1, -1).Build(opset);
    }

    private static byte[] Binary(string end, int rank, string beyond = "Identity")
    {
        OnnxModelBuilder builder = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("w", [1, -1, 0.5f], 1, 3, 1, 1)
            .Integers("axis", 1)
            .Node("Conv", ["image", "w"], ["v"])
            .Node(end, ["v"], ["p"])
            .Node(beyond, ["p"], ["q"]);
        return rank == 3
            ? builder.Node("Squeeze", ["q", "axis"], ["scores"]).Output("scores", Float, 1, -1, -1).Build()
            : builder.Node("Identity", ["q"], ["scores"]).Output("scores", Float, 1, 1, -1, -1).Build();
    }

    private static byte[] ChannelsLast() => new OnnxModelBuilder()
        .Input("image", Float, 1, -1, -1, 3)
        .Weights("w", [1, -1, 0.5f, -0.7f, 1, 0.2f, 0, 0.3f, -1], 3, 3)
        .Node("MatMul", ["image", "w"], ["scores"])
        .Output("scores", Float, 1, -1, -1, 3)
        .Build();

    private static byte[] Cast(int from, int to) => new OnnxModelBuilder()
        .Input("image", from, 1, 3, -1, -1)
        .Weights("unit", [0.02f], 1)
        .Node("Cast", ["image"], ["values"], ("to", to))
        .Node("Mul", ["values", "unit"], ["scores"])
        .Output("scores", to, 1, 3, -1, -1)
        .Build();

    // Set 9, in which most of these operators had other inputs and attributes.
    private static byte[] Old() => new OnnxModelBuilder()
        .Input("image", Float, 1, 3, -1, -1)
        .Weights("w", [1, -1, 0.5f, -0.7f, 1, 0.2f, 0, 0.3f, -1], 3, 3, 1, 1)
        .Weights("double", [1, 1, 2, 2], 4)
        .Weights("ones", [1, 1, 1], 3)
        .Weights("zeros", [0, 0.1f, 0], 3)
        .Node("Conv", ["image", "w"], ["a"])
        .Node("BatchNormalization", ["a", "ones", "zeros", "zeros", "ones"], ["b"], ("epsilon", 0.01f))
        .Node("Dropout", ["b"], ["c"], ("ratio", 0.5f))
        .Node("Clip", ["c"], ["d"], ("min", -3f), ("max", 3f))
        .Node("Pad", ["d"], ["e"], ("pads", new long[] { 0, 0, 1, 1, 0, 0, 1, 1 }), ("value", 0.5f))
        .Node("Slice", ["e"], ["f"], ("axes", new long[] { 2, 3 }), ("starts", new long[] { 1, 1 }), ("ends", new long[] { -1, -1 }))
        .Node("Upsample", ["f", "double"], ["g"])
        .Node("Split", ["g"], ["h0", "h1"], ("axis", 1), ("split", new long[] { 1, 2 }))
        .Node("Concat", ["h0", "h1"], ["i"], ("axis", 1))
        .Node("Unsqueeze", ["i"], ["j"], ("axes", new long[] { 0 }))
        .Node("Squeeze", ["j"], ["k"], ("axes", new long[] { 0 }))
        .Node("ReduceSum", ["k"], ["l"], ("axes", new long[] { 1 }), ("keepdims", 1))
        .Node("ReduceMean", ["k"], ["m"], ("axes", new long[] { 1 }), ("keepdims", 1))
        .Node("Sub", ["k", "m"], ["n"])
        .Node("Sub", ["n", "l"], ["o"])
        .Node("Transpose", ["o"], ["p"], ("perm", new long[] { 0, 2, 3, 1 }))
        .Node("Softmax", ["p"], ["q"], ("axis", 3))
        .Node("Transpose", ["q"], ["r"], ("perm", new long[] { 0, 3, 1, 2 }))
        .Node("Log", ["r"], ["scores"])
        .Output("scores", Float, 1, 3, -1, -1)
        .Build(9);
}
