using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using SparseRefine.Onnx.Sessions;
using SparseRefine.Tests;
using Xunit;

namespace SparseRefine.Onnx.Tests.Graphs;

/// <summary>A decoder's last step: features of 8 channels at half the size are enlarged and stand beside 5 and 3 channels of the whole size.</summary>
public class ConcatRuleTests
{
    private const int Float = OnnxModelBuilder.Float;
    private static readonly (string, object) Pads = ("pads", new long[] { 1, 1, 1, 1 });

    private static OnnxModelBuilder Decoder(int axis = 1, string last = "more") => new OnnxModelBuilder()
        .Input("image", Float, 1, 3, -1, -1)
        .Weights("w1", Noise(5 * 27), 5, 3, 3, 3)
        .Weights("w2", Noise(8 * 45), 8, 5, 3, 3)
        .Weights("w3", Noise(3 * 5), 3, 5, 1, 1)
        .Weights("scales", [1, 1, 2, 2], 4)
        .Node("Conv", ["image", "w1"], ["c1"], Pads)
        .Node("Relu", ["c1"], ["whole"])
        .Node("Conv", ["whole", "w2"], ["half"], Pads, ("strides", new long[] { 2, 2 }))
        .Node("Resize", ["half", "", "scales"], ["up"])
        .Node("Conv", ["whole", "w3"], ["more"])
        .Node("Add", ["more", "more"], ["added"])
        .Node("Concat", ["up", "whole", last], ["all"], ("axis", axis));

    private static OnnxModelBuilder Dilated(OnnxModelBuilder builder) => builder
        .Weights("w", Noise(4 * 16 * 9), 4, 16, 3, 3)
        .Weights("bias", Noise(4), 4)
        .Node("Conv", ["all", "w", "bias"], ["scores"], ("pads", new long[] { 2, 2, 2, 2 }), ("dilations", new long[] { 2, 2 }))
        .Output("scores", Float, 1, 4, -1, -1);

    [Theory]
    [InlineData(1)]
    [InlineData(-3)]
    public void Split_ConvolutionOfAConcatenation_IsASumOfTheSameValues(int axis)
    {
        byte[] model = Dilated(Decoder(axis: axis)).Build();
        ModelProto split = ConcatRule.Split(ModelProto.Parser.ParseFrom(model))!;
        Assert.DoesNotContain(split.Graph.Node, n => n.OpType == "Concat");
        Assert.Equal(3, split.Graph.Node.Count(n => n.Attribute.Any(a => a.Name == "dilations")));
        Assert.Equal(["up", "whole", "more"], split.Graph.Node.Where(n => n.Attribute.Any(a => a.Name == "dilations")).Select(n => n.Input[0]));
        float[] expected = Run(model);
        Tolerance.Equal(expected, Run(split.ToByteArray()), 1e-5, expected.Max(MathF.Abs));
    }

    [Fact]
    public void Split_Twice_FindsNothingMore() =>
        Assert.Null(ConcatRule.Split(ConcatRule.Split(ModelProto.Parser.ParseFrom(Dilated(Decoder()).Build()))!));

    public static TheoryData<string, byte[]> Others => new()
    {
        {
            "groups",
            Decoder().Weights("w", Noise(4 * 8), 4, 8, 1, 1)
                .Node("Conv", ["all", "w"], ["scores"], ("group", 2)).Output("scores", Float, 1, 4, -1, -1).Build()
        },
        {
            "more channels than it reads",
            Decoder().Weights("w", Noise(17 * 16), 17, 16, 1, 1)
                .Node("Conv", ["all", "w"], ["scores"]).Output("scores", Float, 1, 17, -1, -1).Build()
        },
        { "read by others", Dilated(Decoder().Node("Relu", ["all"], ["other"])).Build() },
        { "an output", Dilated(Decoder()).Output("all", Float, 1, 16, -1, -1).Build() },
        { "a part of unknown channels", Dilated(Decoder(last: "added")).Build() },
        {
            "computed weights",
            Decoder().Weights("v", Noise(64), 4, 16, 1, 1).Node("Neg", ["v"], ["w"]).Node("Conv", ["all", "w"], ["scores"]).Output("scores", Float, 1, 4, -1, -1).Build()
        },
        {
            "another axis",
            Decoder(axis: 2).Weights("w", Noise(64), 4, 16, 1, 1).Node("Conv", ["all", "w"], ["scores"]).Output("scores", Float, 1, 4, -1, -1).Build()
        },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Split_AnythingElse_IsLeftAlone(string what, byte[] model) =>
        Assert.True(ConcatRule.Split(ModelProto.Parser.ParseFrom(model)) is null, what);

    private static float[] Run(byte[] model)
    {
        using SessionOptions options = SessionFactory.Options(1);
        using InferenceSession session = new(model, options);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(Noise(3 * 24 * 40), [1, 3, 24, 40]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["image"], [input], ["scores"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Noise(int length) => [.. Enumerable.Range(0, length).Select(i => MathF.Sin((i * 7) + length))];
}
