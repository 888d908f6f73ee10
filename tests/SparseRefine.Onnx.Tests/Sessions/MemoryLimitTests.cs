using SparseRefine.Onnx.Sessions;
using Xunit;

namespace SparseRefine.Onnx.Tests.Sessions;

public sealed class MemoryLimitTests
{
    [Theory]
    [InlineData("AllocateRawInternal Failed to allocate memory for requested buffer of size 1000", true)]
    [InlineData("AllocateRawInternal Failed to allocate memory for requested buffer of size 1001", false)]
    [InlineData("AllocateRawInternal Failed to allocate memory for requested buffer of size 99999999999999999999", false)]
    [InlineData("AllocateRawInternal Available memory of 0 is smaller than requested bytes of 100", false)]
    [InlineData("Exception during initialization: std::bad_alloc", true)]
    [InlineData("Non-zero status code returned while running Conv node: bad allocation", true)]
    [InlineData("Invalid rank for input", false)]
    public void IsMissing_WordsOfTheRuntime_MeanThatItIsOrNot(string message, bool isMissing) => Assert.Equal(isMissing, MemoryLimit.IsMissing(message, available: 1000));
}
