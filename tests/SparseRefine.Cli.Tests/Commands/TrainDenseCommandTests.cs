using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class TrainDenseCommandTests
{
    [Theory]
    [InlineData("--blocks", "1,1", "--blocks: expected four positive numbers, got '1,1'")]
    [InlineData("--decoder-channels", "12", "--decoder-channels: expected a multiple of 8, got '12'")]
    public void TrainDense_NetworkOptionOfAnotherForm_IsNamed(string option, string value, string message) =>
        Tool.Run(
            "train-dense", "--images", "i", "--labels", "l", "--classes", "c", "--out", "o", "--size", "32x32", option, value).AssertBadInput(message);
}
