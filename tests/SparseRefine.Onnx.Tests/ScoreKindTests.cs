using SparseRefine.Images;
using Xunit;

namespace SparseRefine.Onnx.Tests;

public class ScoreKindTests
{
    private const int Float = OnnxModelBuilder.Float;

    [Fact]
    public void Auto_SoftmaxAtTheEnd_GivesLogarithms() => AssertLogarithms(WithEnd("Softmax", ("axis", 1)), ScoreKind.Auto);

    [Fact]
    public void Auto_SigmoidAtTheEnd_GivesLogarithms()
    {
        LogitMap map = Run(WithEnd("Sigmoid"), ScoreKind.Auto);
        LogitMap logits = Run(OnnxModelBuilder.Identity(), ScoreKind.Logits);
        for (int i = 0; i < map.Values.Length; i++)
        {
            Assert.Equal(-Math.Log(1 + Math.Exp(-logits.Values[i])), map.Values[i], 1e-5);
        }
    }

    [Fact]
    public void Auto_ResizedSoftmax_GivesLogarithms()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Node("Softmax", ["image"], ["p"], ("axis", 1))
            .Weights("scales", [1, 1, 1, 1], 4)
            .Node("Resize", ["p", "", "scales"], ["scores"])
            .Output("scores", Float, 1, 3, -1, -1)
            .Build();
        AssertLogarithms(bytes, ScoreKind.Auto);
    }

    [Theory]
    [InlineData("Cast", "Transpose", "Pad", "Clip")]
    [InlineData("QuantizeLinear")]
    public void Auto_SoftmaxBehindNodesThatOnlyMoveValues_GivesLogarithms(params string[] types)
    {
        OnnxModelBuilder builder = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Node("Softmax", ["image"], ["v0"], ("axis", 1))
            .Integers("pads", 0, 0, 0, 0, 0, 0, 0, 0)
            .Weights("scale", [1f / 256]);
        for (int i = 0; i < types.Length; i++)
        {
            (string from, string to) = ($"v{i}", $"v{i + 1}");
            _ = types[i] switch
            {
                "Cast" => builder.Node("Cast", [from], [to], ("to", Float)),
                "Transpose" => builder.Node("Transpose", [from], [from + "t"], ("perm", new long[] { 0, 2, 3, 1 }))
                    .Node("Transpose", [from + "t"], [to], ("perm", new long[] { 0, 3, 1, 2 })),
                "Pad" => builder.Node("Pad", [from, "pads"], [to]),
                "QuantizeLinear" => builder.Node("QuantizeLinear", [from, "scale"], [from + "q"]).Node("DequantizeLinear", [from + "q", "scale"], [to]),
                _ => builder.Node(types[i], [from], [to]),
            };
        }

        byte[] bytes = builder.Node("Identity", [$"v{types.Length}"], ["scores"]).Output("scores", Float, 1, 3, -1, -1).Build();

        // Probabilities become logarithms, of which none is above 0; rounded to 8 bits a small one may be 0.
        LogitMap map = Run(bytes, ScoreKind.Auto);
        LogitMap expected = Run(WithEnd("Softmax", ("axis", 1)), ScoreKind.Auto);
        double tolerance = types[0] == "QuantizeLinear" ? 1.0 / 256 : 1e-6;
        for (int i = 0; i < map.Values.Length; i++)
        {
            Assert.InRange(map.Values[i], -24, 0);
            Assert.Equal(Math.Exp(expected.Values[i]), Math.Exp(map.Values[i]), tolerance);
        }
    }

    [Theory]
    [InlineData("Mul", "p", "k", 255)]
    [InlineData("Mul", "k", "p", 255)]
    [InlineData("Div", "p", "k", 1.0 / 255)]
    public void Auto_ScaledSoftmax_GivesLogarithmsMovedByOneNumber(string type, string first, string second, double factor)
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Weights("k", [255])
            .Node("Softmax", ["image"], ["p"], ("axis", 1))
            .Node(type, [first, second], ["scores"])
            .Output("scores", Float, 1, 3, -1, -1)
            .Build();
        LogitMap expected = Run(WithEnd("Softmax", ("axis", 1)), ScoreKind.Auto);
        LogitMap map = Run(bytes, ScoreKind.Auto);
        for (int i = 0; i < map.Values.Length; i++)
        {
            Assert.True(expected.Values[i] < -15 || Math.Abs(expected.Values[i] + Math.Log(factor) - map.Values[i]) < 1e-4);
        }
    }

    [Theory]
    [InlineData(19, 255, true)]
    [InlineData(150, 255, true)]
    [InlineData(19, 20, false)]
    public void Auto_ProbabilitiesRoundedTo8Bits_AreKnownByTheirValues(int classes, int steps, bool areProbabilities)
    {
        float[] values = new float[classes * 50];
        Random random = new(3);
        for (int pixel = 0; pixel < 50; pixel++)
        {
            double[] scores = [.. Enumerable.Range(0, classes).Select(_ => Math.Exp(2 * random.NextDouble()))];
            double sum = scores.Sum();
            for (int c = 0; c < classes; c++)
            {
                values[(c * 50) + pixel] = (float)(Math.Round(scores[c] / sum * steps) / steps);
            }
        }

        LogitMap map = ScoreConversion.ToLogits([.. values], classes, 5, 10, ScoreKind.Auto, "scores");

        Assert.Equal(areProbabilities, !map.Values.SequenceEqual(values));
    }

    [Fact]
    public void Auto_GraphDoesNotTellButValuesDo_GivesLogarithms()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", Float, 1, 3, -1, -1)
            .Node("Softmax", ["image"], ["p"], ("axis", 1))
            .Node("Relu", ["p"], ["scores"])
            .Output("scores", Float, 1, 3, -1, -1)
            .Build();
        AssertLogarithms(bytes, ScoreKind.Auto);
    }

    [Fact]
    public void Auto_GraphDoesNotTellAndValuesAreNoProbabilities_StayAsTheyAre()
    {
        LogitMap logits = Run(OnnxModelBuilder.Identity(), ScoreKind.Logits);
        Assert.Equal(logits.Values, Run(OnnxModelBuilder.Identity(), ScoreKind.Auto).Values);
    }

    [Fact]
    public void Logits_Softmax_StayAsTheyAre() =>
        Assert.All(Run(WithEnd("Softmax", ("axis", 1)), ScoreKind.Logits).Values, v => Assert.InRange(v, 0f, 1f));

    [Fact]
    public void Probabilities_ZeroAndNegative_AreClamped()
    {
        LogitMap map = Run(WithEnd("Relu"), ScoreKind.Probabilities);
        LogitMap logits = Run(OnnxModelBuilder.Identity(), ScoreKind.Logits);
        for (int i = 0; i < map.Values.Length; i++)
        {
            Assert.Equal(Math.Log(Math.Max(logits.Values[i], 1e-10)), map.Values[i], 1e-5);
        }
    }

    private static void AssertLogarithms(byte[] bytes, ScoreKind kind)
    {
        LogitMap map = Run(bytes, kind);
        LogitMap logits = Run(OnnxModelBuilder.Identity(), ScoreKind.Logits);
        int plane = map.Height * map.Width;
        for (int i = 0; i < plane; i++)
        {
            double sum = Enumerable.Range(0, 3).Sum(c => Math.Exp(logits.Values[(c * plane) + i]));
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(logits.Values[(c * plane) + i] - Math.Log(sum), map.Values[(c * plane) + i], 1e-5);
            }
        }
    }

    // 5x7 pixels: no multiple of a vector, so the scalar tails run too.
    private static LogitMap Run(byte[] bytes, ScoreKind kind)
    {
        using var model = new DenseModel(bytes, "m.onnx", new() { Scale = 1, SizeMultiple = 1, ScoreKind = kind });
        return model.Run(TestImage.Noise(5, 7).View);
    }

    private static byte[] WithEnd(string type, params (string Name, object Value)[] attributes) => new OnnxModelBuilder()
        .Input("image", Float, 1, 3, -1, -1)
        .Node(type, ["image"], ["scores"], attributes)
        .Output("scores", Float, 1, 3, -1, -1)
        .Build();

    [Fact]
    public void Constructor_FloatsThatAreClassNumbers_IsRefused()
    {
        byte[] bytes = new OnnxModelBuilder()
            .Input("image", OnnxModelBuilder.Float, 1, 3, -1, -1)
            .Node("ArgMax", ["image"], ["winner"], ("axis", 1))
            .Node("Cast", ["winner"], ["scores"], ("to", 1))
            .Output("scores", OnnxModelBuilder.Float, 1, 1, -1, -1)
            .Build();
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => new DenseModel(bytes, "m.onnx", new DenseModelOptions()));
        Assert.Equal("the classes' numbers, made by ArgMax from 'image'", e.Got);
    }
}
