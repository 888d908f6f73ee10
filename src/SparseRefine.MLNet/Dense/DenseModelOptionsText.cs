using System.Text.Json.Nodes;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>Dense model options in a manifest.</summary>
internal static class DenseModelOptionsText
{
    public static void Write(DenseModelOptions options, JsonObject text)
    {
        text["scale"] = options.Scale;
        text["height"] = options.Height;
        text["width"] = options.Width;
        text["sizeMultiple"] = options.SizeMultiple;
        text["mean"] = new JsonArray([.. options.Mean.Select(v => JsonValue.Create((double)v))]);
        text["std"] = new JsonArray([.. options.Std.Select(v => JsonValue.Create((double)v))]);
        text["channelOrder"] = options.ChannelOrder.ToString();
        text["interpolation"] = options.Interpolation.ToString();
        text["scoreKind"] = options.ScoreKind.ToString();
        text["gpuDeviceId"] = options.GpuDeviceId;
        text["inputName"] = options.InputName;
        text["outputName"] = options.OutputName;
        text["inputLayout"] = options.InputLayout.ToString();
        text["outputLayout"] = options.OutputLayout.ToString();
        text["featureOutputName"] = options.FeatureOutputName;
    }

    /// <summary>
    /// The GPU that the model's opener names goes before the saved one, so that a model of a CPU machine runs on the GPU where one is asked for.
    /// Whether the CPU may serve where that GPU cannot is the opener's to say. A saved GPU is that of another machine, perhaps, so the CPU
    /// may serve instead of it in any case.
    /// </summary>
    public static DenseModelOptions Read(PartReader part) => part.Machine.Place(new()
    {
        Scale = part.OptionalNumber("scale"),
        Height = part.OptionalInteger("height"),
        Width = part.OptionalInteger("width"),
        SizeMultiple = part.Integer("sizeMultiple"),
        Mean = part.Numbers("mean"),
        Std = part.Numbers("std"),
        ChannelOrder = part.Enum<ChannelOrder>("channelOrder"),
        Interpolation = part.Enum<Interpolation>("interpolation"),
        ScoreKind = part.Enum<ScoreKind>("scoreKind"),
        IntraOpNumThreads = part.Threads,
        GpuDeviceId = part.OptionalInteger("gpuDeviceId"),
        FallbackToCpu = true,
        InputName = part.OptionalText("inputName"),
        OutputName = part.OptionalText("outputName"),
        InputLayout = part.OptionalText("inputLayout") is null ? TensorLayout.Auto : part.Enum<TensorLayout>("inputLayout"),
        OutputLayout = part.OptionalText("outputLayout") is null ? TensorLayout.Auto : part.Enum<TensorLayout>("outputLayout"),
        FeatureOutputName = part.OptionalText("featureOutputName"),
    });
}
