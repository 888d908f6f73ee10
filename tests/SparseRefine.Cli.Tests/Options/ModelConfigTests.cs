using SparseRefine.Cli.Options;
using SparseRefine.Images;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.Cli.Tests.Options;

public sealed class ModelConfigTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_OurFile_SetsWhatItNames()
    {
        DenseModelOptions options = Read("""
            { "scale": 0.25, "sizeMultiple": 8, "valueRange": "0-1", "mean": [0.5, 0.25, 0], "std": [0.5, 1, 2], "channelOrder": "bgr",
              "interpolation": "nearest", "scores": "probabilities", "outputName": "out", "outputLayout": "channels-last" }
            """);
        Assert.Equal(0.25, options.Scale);
        Assert.Equal(8, options.SizeMultiple);
        Assert.Equal([127.5f, 63.75f, 0], options.Mean);
        Assert.Equal([127.5f, 255, 510], options.Std);
        Assert.Equal((ChannelOrder.Bgr, Interpolation.Nearest), (options.ChannelOrder, options.Interpolation));
        Assert.Equal((ScoreKind.Probabilities, TensorLayout.ChannelsLast), (options.ScoreKind, options.OutputLayout));
        Assert.Equal("out", options.OutputName);
        Assert.Equal(TensorLayout.Auto, options.InputLayout);
    }

    [Fact]
    public void Read_HuggingFace_TakesRescalingMeanAndDeviation()
    {
        DenseModelOptions options = Read("""
            { "do_normalize": true, "do_reduce_labels": false, "do_rescale": true, "do_resize": true, "image_mean": [0.485, 0.456, 0.406],
              "image_processor_type": "SegformerImageProcessor", "image_std": [0.229, 0.224, 0.225], "resample": 2, "rescale_factor": 0.00392156862745098,
              "size": { "height": 512, "width": 512 } }
            """);
        DenseModelOptions standard = new();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(standard.Mean[i], options.Mean[i], 1e-3);
            Assert.Equal(standard.Std[i], options.Std[i], 1e-3);
        }

        Assert.Equal(0.5, options.Scale);
    }

    [Fact]
    public void Read_HuggingFaceWithoutNormalisation_OnlyRescales()
    {
        DenseModelOptions options = Read("""
            { "feature_extractor_type": "MobileViTFeatureExtractor", "do_normalize": false, "do_flip_channel_order": true, "do_rescale": true, "size_divisor": 16 }
            """);
        Assert.Equal([0, 0, 0], options.Mean);
        Assert.All(options.Std, v => Assert.Equal(255, v, 1e-3));
        Assert.Equal((ChannelOrder.Bgr, 16), (options.ChannelOrder, options.SizeMultiple));
    }

    [Theory]
    [InlineData("true", ChannelOrder.Rgb)]
    [InlineData("false", ChannelOrder.Bgr)]
    public void Read_MmdeployPipeline_TakesNormalizeAndPad(string isRgb, ChannelOrder order)
    {
        DenseModelOptions options = Read($$"""
            { "pipeline": { "input": ["img"], "tasks": [ { "type": "Task", "name": "Preprocess", "transforms": [
              { "type": "LoadImageFromFile" }, { "type": "Resize", "size": [2048, 1024], "keep_ratio": false },
              { "type": "Normalize", "mean": [{{(isRgb == "true" ? "3, 2, 1" : "1, 2, 3")}}], "std": [58, 57, 56], "to_rgb": {{isRgb}} },
              { "type": "Pad", "size_divisor": 64 }, { "type": "ImageToTensor", "keys": ["img"] } ] } ] } }
            """);
        Assert.Equal(order, options.ChannelOrder);
        Assert.Equal([3, 2, 1], options.Mean);
        Assert.Equal(isRgb == "true" ? 58 : 56, options.Std[0]);
        Assert.Equal(64, options.SizeMultiple);
    }

    [Theory]
    [InlineData("{ \"skale\": 1 }", "'skale'")]
    [InlineData("{ \"mean\": [1, 2] }", "three numbers")]
    [InlineData("{ \"std\": [0, 0, 0] }", "three values")]
    [InlineData("{ \"scores\": \"maybe\" }", "logits")]
    [InlineData("{ \"scale\": \"half\" }", "")]
    [InlineData("{ \"scale\": 9 }", "0 < scale <= 4")]
    [InlineData("{ \"valueRange\": \"0-2\" }", "0-255")]
    [InlineData("[1]", "a JSON object")]
    [InlineData("{ no json", "")]
    [InlineData("{ \"image_mean\": \"x\" }", "three numbers")]
    [InlineData("{ \"image_mean\": [0, null, 0] }", "three numbers")]
    [InlineData("{ \"sizeMultiple\": null }", "'sizeMultiple' to be a number")]
    public void Read_BadFile_NamesItAndWhatIsWrong(string text, string expected)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => Read(text));
        Assert.StartsWith(_folder["model.json"], e.Message);
        Assert.Contains(expected, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Theory]
    [InlineData("config.json", "{ \"model_type\": \"segformer\", \"id2label\": {} }", "preprocessor_config.json", "{ \"do_rescale\": true, \"do_normalize\": false }")]
    [InlineData(
        "deploy.json",
        "{ \"version\": \"1.3\", \"task\": \"Segmentor\", \"models\": [] }",
        "pipeline.json",
        "{ \"pipeline\": { \"tasks\": [ { \"transforms\": [ { \"type\": \"Normalize\", \"mean\": [0, 0, 0], \"std\": [255, 255, 255] } ] } ] } }")]
    public void Read_FileBesideTheOneWithTheFacts_ReadsThatOne(string name, string text, string other, string facts)
    {
        string path = _folder.Write(name, text);
        Assert.StartsWith($"{path}: expected {other} beside it", Assert.Throws<InvalidInputException>(() => ModelConfig.Read(path, new())).Message);
        _folder.Write(other, facts);
        Assert.All(ModelConfig.Read(path, new DenseModelOptions()).Std, v => Assert.Equal(255, v, 1e-3));
    }

    [Fact]
    public void Beside_FolderOnnx_LooksAboveIt()
    {
        string model = _folder.Write("onnx/model.onnx", []);
        Assert.Null(ModelConfig.Beside(model));
        string config = _folder.Write("preprocessor_config.json", "{}");
        Assert.Equal(config, ModelConfig.Beside(model));
        Assert.Equal(config, ModelConfig.Beside(_folder["model.onnx"]));
    }

    private DenseModelOptions Read(string text) => ModelConfig.Read(_folder.Write("model.json", text), new DenseModelOptions());
}
