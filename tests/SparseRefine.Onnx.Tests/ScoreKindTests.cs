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
}
