using Xunit;

namespace SparseRefine.Onnx.Tests.Graphs;

public class MultiplyAddsTests
{
    private const int Float = OnnxModelBuilder.Float;
    private static readonly DenseModelOptions FullSize = new() { Scale = 1, SizeMultiple = 1 };

    [Fact]
    public void MultiplyAdds_NoSuchNode_IsZero() => AssertCount(0, OnnxModelBuilder.Identity(), 8, 8);

    [Theory]
    [InlineData(1, 10, 12, 10 * 12 * 16 * 27)]
    [InlineData(2, 10, 12, 5 * 6 * 16 * 27)]
    [InlineData(2, 11, 13, 6 * 7 * 16 * 27)]
    [InlineData(2, 2336, 3504, 1168L * 1752 * 16 * 27)]
    public void MultiplyAdds_Convolution_OutputTimesKernel(int stride, int height, int width, long expected)
    {
        byte[] bytes = Start()
            .Weights("w", new float[16 * 27], 16, 3, 3, 3)
            .Node(
                "Conv", ["image", "w"], ["scores"], ("strides", new long[] { stride, stride }), ("pads", new long[] { 1, 1, 1, 1 }))
            .Output("scores", Float, -1, 16, -1, -1)
            .Build();
        AssertCount(expected, bytes, height, width);
    }

    [Fact]
    public void MultiplyAdds_DepthwiseConvolution_OneChannelAKernel()
    {
        byte[] bytes = Start()
            .Weights("w", new float[27], 3, 1, 3, 3)
            .Node("Conv", ["image", "w"], ["scores"], ("group", 3))
            .Output("scores", Float, -1, 3, -1, -1)
            .Build();
        AssertCount(6 * 8 * 3 * 9, bytes, 8, 10);
    }

    [Fact]
    public void MultiplyAdds_TransposedConvolution_InputTimesKernel()
    {
        byte[] bytes = Start()
            .Weights("w", new float[3 * 5 * 4], 3, 5, 2, 2)
            .Node("ConvTranspose", ["image", "w"], ["scores"], ("strides", new long[] { 2, 2 }))
            .Output("scores", Float, -1, 5, -1, -1)
            .Build();
        AssertCount(8 * 10 * 3 * 5 * 4, bytes, 8, 10);
    }

    [Fact]
    public void MultiplyAdds_MatrixProduct_OutputTimesDepth()
    {
        byte[] bytes = Start()
            .Node("Transpose", ["image"], ["turned"], ("perm", new long[] { 0, 1, 3, 2 }))
            .Node("MatMul", ["image", "turned"], ["scores"])
            .Output("scores", Float, -1, 3, -1, -1)
            .Build();
        AssertCount(3 * 8 * 8 * 10, bytes, 8, 10);
    }

    [Fact]
    public void MultiplyAdds_BehindResizeByShapeArithmetic_Counts()
    {
        byte[] bytes = Start()
            .Node("MaxPool", ["image"], ["half"], ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
            .Node("Shape", ["image"], ["size"])
            .Node("Resize", ["half", "", "", "size"], ["whole"])
            .Weights("w", new float[2 * 3 * 100], 2, 3, 10, 10)
            .Node("Conv", ["whole", "w"], ["scores"])
            .Output("scores", Float, -1, 2, -1, -1)
            .Build();
        AssertCount(22L * 12 * 2 * 300, bytes, 31, 21);
    }

    [Fact]
    public void MultiplyAdds_ScaledModel_CountsWhatTheModelSees()
    {
        byte[] bytes = Start()
            .Weights("w", new float[2 * 3], 2, 3, 1, 1)
            .Node("Conv", ["image", "w"], ["scores"])
            .Output("scores", Float, -1, 2, -1, -1)
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", new() { Scale = 0.25, SizeMultiple = 8 });
        Assert.Equal(584 * 880 * 6, model.MultiplyAdds(2336, 3504));
    }

    [Fact]
    public void MultiplyAdds_ShapeDependsOnData_IsNull()
    {
        byte[] bytes = Start()
            .Weights("w", new float[600], 200, 3, 1, 1)
            .Node("Conv", ["image", "w"], ["scores"])
            .Node("NonZero", ["scores"], ["indices"])
            .Node("Cast", ["indices"], ["rows"], ("to", Float))
            .Node("Transpose", ["rows"], ["columns"])
            .Node("MatMul", ["rows", "columns"], ["product"])
            .Output("scores", Float, -1, 200, -1, -1)
            .OutputWithoutShape("product")
            .Build();
        using var model = new DenseModel(bytes, "m.onnx", FullSize);
        Assert.Null(model.MultiplyAdds(4, 4));
    }

    private static OnnxModelBuilder Start() => new OnnxModelBuilder().Input("image", Float, -1, 3, -1, -1);

    private static void AssertCount(long expected, byte[] bytes, int height, int width)
    {
        using var model = new DenseModel(bytes, "m.onnx", FullSize);
        Assert.Equal(expected, model.MultiplyAdds(height, width));
    }
}
