using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class TrainDenseCommandTests
{
    [Theory]
    [InlineData("--blocks", "1,1", "--blocks: expected four positive numbers, got '1,1'")]
    [InlineData("--decoder-channels", "12", "--decoder-channels: expected a multiple of 8, got '12'")]
    [InlineData("--output-stride", "3", "--output-stride: expected 4, 2 or 1, got '3'")]
    [InlineData("--backbone-file", "x.onnx", "--backbone-file: expected --backbone resnet18 beside it")]
    public void TrainDense_NetworkOptionOfAnotherForm_IsNamed(string option, string value, string message) =>
        Tool.Run(
            "train-dense", "--images", "i", "--labels", "l", "--classes", "c", "--out", "o", "--size", "32x32", option, value).AssertBadInput(message);

    [Fact]
    public void TrainDense_ResNetWithChannels_IsRefused() => Tool.Run(
        "train-dense", "--images", "i", "--labels", "l", "--classes", "c", "--out", "o", "--backbone", "resnet18", "--channels", "8,8,8,8").AssertBadInput(
        "--channels: expected another backbone than resnet18 beside it");
}
