using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Sessions;
using SparseRefine.Tests;
using Xunit;

namespace SparseRefine.Onnx.Tests.Sessions;

/// <summary>A convolution of two values of 32 channels each: 134 MB each at 1024x1024, 268 MB joined.</summary>
[Collection(Alone.Name)]
public class SparingSessionTests
{
    private const int Side = 1024;
    private const long Part = 32L * Side * Side * sizeof(float);

    [LinuxFact]
    public void OpenSparing_ConvolutionOfAConcatenation_HoldsThePartsAlone()
    {
        DenseModelOptions options = new() { Scale = 1, IntraOpNumThreads = 1 };
        OnnxFile file = OnnxFile.Parse(Model(), "m.onnx");
        using InferenceSession usual = SessionFactory.Open(file, options).Session;
        using InferenceSession sparing = SessionFactory.OpenSparing(file, options);
        float[] expected = Run(usual, 40);
        Tolerance.Equal(expected, Run(sparing, 40), 1e-5, expected.Max(MathF.Abs));

        long before = Reset();
        _ = Run(sparing, Side);
        long most = Kilobytes("VmHWM:") - before;
        Assert.True(most * 1024 < 3 * Part, $"expected less than three of {Part} bytes, got {most} kB");
    }

    private static byte[] Model() => new OnnxModelBuilder()
        .Input("image", OnnxModelBuilder.Float, 1, 3, -1, -1)
        .Weights("w1", Noise(32 * 3), 32, 3, 1, 1)
        .Weights("w2", Noise(32 * 32), 32, 32, 1, 1)
        .Weights("w", Noise(2 * 64), 2, 64, 1, 1)
        .Node("Conv", ["image", "w1"], ["a"])
        .Node("Conv", ["a", "w2"], ["b"])
        .Node("Concat", ["a", "b"], ["all"], ("axis", 1))
        .Node("Conv", ["all", "w"], ["scores"])
        .Output("scores", OnnxModelBuilder.Float, 1, 2, -1, -1)
        .Build();

    private static float[] Run(InferenceSession session, int side)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(Noise(3 * side * side), [1, 3, side, side]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["image"], [input], ["scores"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static float[] Noise(int length) => [.. Enumerable.Range(0, length).Select(i => MathF.Sin((i * 7) + length))];

    // The peak starts anew at what the process holds now.
    private static long Reset()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Kilobytes("VmRSS:");
    }

    private static long Kilobytes(string name) => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
