using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

/// <summary>The command <c>export</c>.</summary>
public sealed class ExportTests(FittedModel fitted) : IClassFixture<FittedModel>
{
    [Fact]
    public void Export_FittedPipeline_WritesAGraphWithItsMetadata()
    {
        string target = fitted.Folder["graphs/g.onnx"];
        ToolResult result = Tool.Run(
            "export", "--model", fitted.Model, "--out", target, "--input", "pixels", "--outputs", "mask,max_score", "--photo-size", "48x64", "--license", "MIT");
        Assert.Equal((0, ""), (result.Code, result.Error));
        using InferenceSession session = new(target);
        Assert.Equal([1, 3, 48, 64], session.InputMetadata["pixels"].Dimensions);
        Assert.Equal(["labels", "mask", "max_score"], session.OutputNames);
        Dictionary<string, string> texts = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal("""["class0","class1"]""", texts["class_names"]);
        Assert.Equal("MIT", texts["license"]);
        Assert.Contains("pixels are red, green, blue of 0 to 255", texts["preprocessing"], StringComparison.Ordinal);
    }

    [Fact]
    public void Export_DenseModelWithShippedRefiner_WritesAGraph()
    {
        string target = fitted.Folder["graphs/s.onnx"];
        ToolResult result = Tool.Run("export", "--dense", fitted.Dense, "--refiner", "shipped", "--scale", "0.25", "--size-multiple", "1", "--out", target);
        Assert.Equal((0, ""), (result.Code, result.Error));
        using InferenceSession session = new(target);
        Assert.Equal(["labels"], session.OutputNames);
    }

    [Theory]
    [InlineData("--opset", "16", "--opset: expected 17 to 26, got 16")]
    [InlineData("--outputs", "masks", "--outputs: expected dense_labels, mask, entropy, max_score, selected_pixels, got 'masks'")]
    [InlineData("--input", "photo", "--input: expected image, pixels, image+logits, got 'photo'")]
    [InlineData("--photo-size", "48", "--photo-size: expected HEIGHTxWIDTH as in 512x768, each 1 to 65535, got '48'")]
    [InlineData("--photo-size", "65536x48", "--photo-size: expected HEIGHTxWIDTH as in 512x768, each 1 to 65535, got '65536x48'")]
    public void Export_BadOption_IsRefusedInOneLine(string option, string value, string message)
    {
        string target = fitted.Folder["bad/g.onnx"];
        ToolResult result = Tool.Run("export", "--model", fitted.Model, "--out", target, option, value);
        Assert.Equal((2, message), (result.Code, result.Error.TrimEnd()));
        Assert.False(Directory.Exists(fitted.Folder["bad"]));
    }

    [Fact]
    public void Export_BadPlaces_AreRefusedAndNothingIsWritten()
    {
        string[] before = fitted.Folder.Files();
        Refuses(fitted.Model, "--out: expected a file that the command does not read");
        Refuses(fitted.Folder["images"], "--out: expected a file name");
        Refuses(Path.Combine(fitted.Model, "g.onnx"), "--out: expected a folder");
        Assert.Equal(before, fitted.Folder.Files());

        void Refuses(string target, string message)
        {
            ToolResult result = Tool.Run("export", "--model", fitted.Model, "--out", target);
            Assert.Equal(2, result.Code);
            Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        }
    }
}
