using Microsoft.ML.OnnxRuntime;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;
using SparseRefine.Tests;
using Xunit;

namespace SparseRefine.Onnx.Tests.Layers;

/// <summary>With every pixel active, the sparse layers are the dense ones: the same weights give ONNX Runtime's values.</summary>
public class OnnxConvTests
{
    // Both sum 9 x channels products in float32, in another order; unit-size terms.
    private const double Relative = 1e-5;
    private const int Float = OnnxModelBuilder.Float;
    private static readonly Workers Threads = new(2);

    public static TheoryData<int, int, int, int> Shapes()
    {
        var data = new TheoryData<int, int, int, int>();
        foreach ((int height, int width) in new[] { (1, 1), (1, 6), (5, 1), (2, 2), (7, 9), (16, 12), (33, 17) })
        {
            foreach ((int inputs, int outputs) in new[] { (1, 1), (3, 16), (17, 5), (32, 64) })
            {
                data.Add(height, width, inputs, outputs);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Submanifold_FullOccupancy_EqualsConv(int height, int width, int inputs, int outputs)
    {
        SiteLevel level = Pyramid(height, width).Levels[0];
        var layer = new SubmanifoldConvolution("conv", inputs, outputs, new Random(2));
        float[] x = Values(height * width * inputs);
        float[] actual = layer.Forward(new Variable(x, level.Sites.Count, inputs), level, null, Threads).Value;
        float[] weight = Transposed(layer.Parameters[0].Value, inputs, outputs, outputsFirst: true);
        float[] expected = Dense("Conv", x, weight, height, width, inputs, outputs, height, width, ("pads", Ones(4)));
        Tolerance.Equal(expected, actual, Relative, 1, "y");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Down_FullOccupancy_EqualsConvOfStride2(int height, int width, int inputs, int outputs)
    {
        SitePyramid pyramid = Pyramid(height, width);
        (SiteLevel fine, SiteLevel coarse) = (pyramid.Levels[0], pyramid.Levels[1]);
        var layer = new DownConvolution("down", inputs, outputs, new Random(3));
        float[] x = Values(height * width * inputs);
        float[] actual = layer.Forward(new Variable(x, fine.Sites.Count, inputs), fine, coarse, null, Threads).Value;
        float[] weight = Transposed(layer.Parameters[0].Value, inputs, outputs, outputsFirst: true);
        float[] expected = Dense(
            "Conv", x, weight, height, width, inputs, outputs, (height + 1) / 2, (width + 1) / 2, ("pads", Ones(4)), ("strides", Twos()));
        Tolerance.Equal(expected, actual, Relative, 1, "y");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Up_FullOccupancy_EqualsConvTranspose(int height, int width, int inputs, int outputs)
    {
        SitePyramid pyramid = Pyramid(height, width);
        (SiteLevel fine, SiteLevel coarse) = (pyramid.Levels[0], pyramid.Levels[1]);
        (int coarseHeight, int coarseWidth) = ((height + 1) / 2, (width + 1) / 2);
        var layer = new UpConvolution("up", inputs, outputs, new Random(4));
        float[] x = Values(coarseHeight * coarseWidth * inputs);
        float[] actual = layer.Forward(new Variable(x, coarse.Sites.Count, inputs), fine, coarse, null, Threads).Value;
        float[] weight = Transposed(layer.Parameters[0].Value, inputs, outputs, outputsFirst: false);

        // Without output padding the result has 2n - 1 rows: right for an odd side, one short of an even one.
        long[] padding = [1 - (height % 2), 1 - (width % 2)];
        float[] expected = Dense(
            "ConvTranspose", x, weight, coarseHeight, coarseWidth, inputs, outputs, height, width,
            ("pads", Ones(4)), ("strides", Twos()), ("output_padding", padding));
        Tolerance.Equal(expected, actual, Relative, 1, "y");
    }

    private static SitePyramid Pyramid(int height, int width) => SitePyramid.Build(SiteSet.Full(1, height, width), 2, Threads);

    private static long[] Ones(int count) => [.. Enumerable.Repeat(1L, count)];

    private static long[] Twos() => [2, 2];

    private static float[] Values(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }

    // [9, inputs, outputs] -> [outputs, inputs, 9] for Conv, [inputs, outputs, 9] for ConvTranspose.
    private static float[] Transposed(float[] weight, int inputs, int outputs, bool outputsFirst)
    {
        float[] result = new float[weight.Length];
        for (int i = 0; i < weight.Length; i++)
        {
            (int tap, int input, int output) = (i / (inputs * outputs), i / outputs % inputs, i % outputs);
            int pair = outputsFirst ? (output * inputs) + input : (input * outputs) + output;
            result[(pair * 9) + tap] = weight[i];
        }

        return result;
    }

    /// <summary>Runs one dense node on rows [pixels, inputs] and gives rows [pixels, outputs].</summary>
    private static float[] Dense(
        string type,
        float[] rows,
        float[] weight,
        int height,
        int width,
        int inputs,
        int outputs,
        int outputHeight,
        int outputWidth,
        params (string Name, object Value)[] attributes)
    {
        long[] shape = type == "Conv" ? [outputs, inputs, 3, 3] : [inputs, outputs, 3, 3];
        byte[] bytes = new OnnxModelBuilder()
            .Input("x", Float, 1, inputs, height, width)
            .Weights("w", weight, shape)
            .Node(type, ["x", "w"], ["y"], attributes)
            .Output("y", Float, 1, outputs, outputHeight, outputWidth)
            .Build();
        using var session = new InferenceSession(bytes);
        using var run = new RunOptions();
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(Swapped(rows, height * width, inputs), [1, inputs, height, width]);
        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);
        return Swapped(y[0].GetTensorDataAsSpan<float>(), outputs, outputHeight * outputWidth);
    }

    private static float[] Swapped(ReadOnlySpan<float> values, int rows, int columns)
    {
        Assert.Equal(rows * columns, values.Length);
        float[] result = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            result[(i % columns * rows) + (i / columns)] = values[i];
        }

        return result;
    }
}
