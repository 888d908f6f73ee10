using Microsoft.ML.OnnxRuntime;
using SparseRefine.Onnx.Sessions;
using Xunit;

namespace SparseRefine.Onnx.Tests.Sessions;

public class SessionFactoryTests
{
    [Fact]
    public void Options_NoThreadsGiven_TakesTheProcessorsThatThisProcessMayUse()
    {
        using SessionOptions options = SessionFactory.Options(0);
        Assert.Equal(Environment.ProcessorCount, options.IntraOpNumThreads);
    }

    [Fact]
    public void Options_ThreadsGiven_TakesThem()
    {
        using SessionOptions options = SessionFactory.Options(3);
        Assert.Equal(3, options.IntraOpNumThreads);
    }
}
