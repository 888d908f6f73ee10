using Microsoft.ML.OnnxRuntime;
using SparseRefine.Benchmarks.Harness;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Benchmarks.Cases;

/// <summary>ONNX Runtime's 3x3 convolution of a whole photo, the speed that the sparse one is held against.</summary>
internal static class DenseConvolution
{
    private const int Height = 256;
    private const int Width = 256;

    /// <summary>A session with one Conv node, its input and output bound to memory that is allocated once.</summary>
    /// <param name="channels">Input and output channels.</param>
    /// <param name="threads">Intra-operator threads.</param>
    public static Case Create(int channels, int threads)
    {
        // [out, in, ky, kx] as ONNX has it.
        float[] weights = Scene.Values(channels * channels * 9, seed: 2);
        float[] input = Scene.Values(channels * Height * Width, seed: 3);
        float[] output = new float[input.Length];
        byte[] model = new OnnxModelBuilder()
            .Input("x", OnnxModelBuilder.Float, 1, channels, Height, Width)
            .Weights("w", weights, channels, channels, 3, 3)
            .Node("Conv", ["x", "w"], ["y"], ("pads", new long[] { 1, 1, 1, 1 }))
            .Output("y", OnnxModelBuilder.Float, 1, channels, Height, Width)
            .Build();
        SessionOptions options = new() { IntraOpNumThreads = threads };

        // Its threads spin within a run, but not on after it, when the next case has its turn; the product's sessions do the same.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        InferenceSession session = new(model, options);
        OrtIoBinding binding = session.CreateIoBinding();
        long[] shape = [1, channels, Height, Width];
        binding.BindInput("x", OrtValue.CreateTensorValueFromMemory(input, shape));
        binding.BindOutput("y", OrtValue.CreateTensorValueFromMemory(output, shape));
        RunOptions run = new();

        // At the border a neighbour less: those products are not useful work on either side.
        double pairs = ((3.0 * Height) - 2) * ((3.0 * Width) - 2);
        return new Case(
            "ORT dense Conv",
            threads,
            2 * pairs * channels * channels,
            Unit.Flop,
            () =>
            {
                session.RunWithBinding(run, binding);
                Check.Near(Ours(input, weights, channels), output, $"ORT dense Conv {channels}");
            },
            () => session.RunWithBinding(run, binding))
        { IsRival = true };
    }

    // The same photo through the scalar path of our layer with every pixel active: both must agree.
    private static float[] Ours(float[] input, float[] weights, int channels)
    {
        SubmanifoldConvolution layer = new("oracle", channels, channels, new Random(1), SimdPath.Scalar);
        float[] w = layer.Parameters[0].Value;
        for (int i = 0; i < w.Length; i++)
        {
            (int rest, int o) = Math.DivRem(i, channels);
            (int tap, int c) = Math.DivRem(rest, channels);
            w[i] = weights[(((o * channels) + c) * 9) + tap];
        }

        Workers workers = new();
        SiteLevel level = SitePyramid.Build(SiteSet.Full(1, Height, Width), 1, workers).Levels[0];
        float[] rows = Transpose(input, channels, Height * Width);
        float[] result = layer.Forward(new Variable(rows, Height * Width, channels, needsGradient: false), level, null, workers).Value;
        return Transpose(result, Height * Width, channels);
    }

    private static float[] Transpose(float[] values, int rows, int columns)
    {
        float[] result = new float[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            result[((i % columns) * rows) + (i / columns)] = values[i];
        }

        return result;
    }
}
