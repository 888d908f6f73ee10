namespace SparseRefine.Testing;

/// <summary>ONNX models of a few numbers.</summary>
public static class TinyModels
{
    /// <summary>Two scores a pixel: -k and +k times brightness; unsure where stripe and ground are mixed.</summary>
    public static byte[] Brightness(float gain = 1, int height = -1, int width = -1) => Scores(
        [-gain, -gain, -gain, gain, gain, gain], 2, height, width);

    public static byte[] ThreeClasses() => Scores([-1, -1, -1, 1, 1, 1, 0, 0, 0], 3);

    public static byte[] WithoutScores() => new OnnxModelBuilder()
        .Input("image", OnnxModelBuilder.Float, -1, 3, -1, -1)
        .Node("GlobalAveragePool", ["image"], ["pooled"])
        .Node("Flatten", ["pooled"], ["vector"])
        .Output("vector", OnnxModelBuilder.Float, -1, 3)
        .Build();

    private static byte[] Scores(float[] weights, int classes, int height = -1, int width = -1) => new OnnxModelBuilder()
        .Input("image", OnnxModelBuilder.Float, -1, 3, height, width)
        .Weights("w", weights, classes, 3, 1, 1)
        .Node("Conv", ["image", "w"], ["scores"])
        .Output("scores", OnnxModelBuilder.Float, -1, classes, height, width)
        .Build();
}
