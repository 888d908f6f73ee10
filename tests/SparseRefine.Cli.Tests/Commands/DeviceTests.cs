using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary><c>--device</c> where there is no GPU.</summary>
public class DeviceTests
{
    private const string Model = "samples/models/fundus.sparserefine";

    [Theory]
    [InlineData("score", "--images", "samples/photos/06_h.jpg", "--out", "OUT")]
    [InlineData("evaluate", "--images", "samples/photos", "--labels", "samples/labels")]
    [InlineData("bench", "--images", "samples/photos")]
    [InlineData("watch", "--folder", "samples/photos", "--out", "OUT")]
    public void Cuda_WhereThereIsNone_IsOneLineThatNamesTheOption(string command, params string[] rest)
    {
        using TestFolder folder = new();
        string output = folder["out"];
        ToolResult result = Tool.Run([command, "--model", Model, .. rest.Select(word => word == "OUT" ? output : word), "--device", "cuda:1"]);
        Assert.Equal(2, result.Code);
        Assert.Equal($"--device: expected a GPU that CUDA can use, or auto, got {DenseModel.CudaProblem}", result.Error.Trim());
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public void Auto_WhereThereIsNoCuda_RunsOnTheCpuAndSaysSo()
    {
        using TestFolder folder = new();
        string photo = Directory.EnumerateFiles("samples/photos", "*.jpg").Order().First();
        ToolResult result = Tool.Run("score", "--model", Model, "--images", photo, "--out", folder["out"], "--device", "auto");
        Assert.Equal(0, result.Code);
        Assert.Contains($"device: CPU, since CUDA cannot be used: {DenseModel.CudaProblem}", result.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder["out"], $"{Path.GetFileNameWithoutExtension(photo)}.png")));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cpu:0")]
    public void Device_OtherText_IsRefused(string text)
    {
        ToolResult result = Tool.Run("evaluate", "--model", Model, "--images", "samples/photos", "--labels", "samples/labels", "--device", text);
        Assert.Equal(2, result.Code);
        Assert.Contains($"--device: expected cpu, cuda, cuda:N or auto, got '{text}'", result.Error, StringComparison.Ordinal);
    }
}
