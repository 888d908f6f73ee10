using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Sessions;
using Xunit;

namespace SparseRefine.Onnx.Tests.Sessions;

public sealed class SessionChoiceTests
{
    private static readonly DenseModelOptions Options = new() { Scale = 0.5, IntraOpNumThreads = 1 };
    private static readonly OnnxFile File = OnnxFile.Parse(TinyModels.Brightness(), "m.onnx");

    private static InferenceSession Open() => SessionFactory.Open(File, Options).Session;

    private static float[] Run(InferenceSession session)
    {
        float[] values = [.. Enumerable.Range(0, 3 * 24 * 40).Select(i => MathF.Sin(i))];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, 24, 40]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["image"], [input], ["scores"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    [Fact]
    public void For_LargePhoto_IsAnotherSessionOfTheSameBits()
    {
        using SessionChoice sessions = new(Open(), isLimited: false, File, Options);
        Assert.Same(sessions.For(1L << 25), sessions.For(1));
        Assert.NotSame(sessions.For(1), sessions.For((1L << 25) + 1));
        Assert.Same(sessions.For(1L << 30), sessions.For((1L << 25) + 1));
        Assert.Equal(Run(sessions.For(1)), Run(sessions.For(1L << 30)));
    }

    [Fact]
    public void For_PhotoOfAModelThatSparesMemory_IsTheSparingSession()
    {
        using SessionChoice sessions = new(Open(), isLimited: false, File, Options);
        Assert.Same(sessions.For(1L << 30), sessions.For(1, sparesMemory: true));
        using SessionChoice own = new(SessionFactory.Open(File, Options with { SparesMemory = true }).Session, isLimited: false, File, Options with { SparesMemory = true });
        Assert.Same(own.For(1), own.For(1L << 30));
    }

    [Fact]
    public void For_LargePhotoUnderALimit_IsTheSessionThatHasIt()
    {
        using SessionChoice sessions = new(Open(), isLimited: true, File, Options);
        Assert.Same(sessions.For(1), sessions.For(1L << 30));
    }
}
