using System.Text.Json;
using System.Text.Json.Nodes;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Options;

/// <summary>
/// A file that says how a dense model sees photos. Ours names the options as the manifest of a model file does; read as well, where their facts fit: Hugging Face's
/// <c>preprocessor_config.json</c> or the <c>config.json</c> beside it (rescaling, mean, deviation, order of channels, divisor of the size) and mmdeploy's <c>pipeline.json</c> or the <c>deploy.json</c> beside it (the transforms
/// Normalize and Pad).
/// </summary>
internal static class ModelConfig
{
    private static readonly string[] OfHuggingFace = ["image_processor_type", "feature_extractor_type", "image_mean", "do_normalize", "do_rescale"];

    /// <summary>Hugging Face's file in the folder of a model, or in that above a folder <c>onnx</c>; null: none.</summary>
    /// <param name="model">The ONNX file.</param>
    public static string? Beside(string model) => Beside(model, "preprocessor_config.json");

    /// <summary>The names of a model's classes in Hugging Face's <c>config.json</c> beside it; null: none that fit.</summary>
    /// <param name="model">The ONNX file.</param>
    /// <param name="classes">How many there must be.</param>
    /// <returns>The classes, in distinct colors.</returns>
    public static ClassList? ClassesBeside(string model, int? classes)
    {
        try
        {
            // What is not asked for by the user is no error where it does not fit.
            JsonObject? labels = Beside(model, "config.json") is string path ? JsonNode.Parse(File.ReadAllText(path))?["id2label"] as JsonObject : null;
            return labels is null || labels.Count != classes
                ? null
                : new ClassList([.. Enumerable.Range(0, labels.Count).Select(c => (string?)labels[$"{c}"] ?? "")]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Reads a file of any of the kinds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">What holds where the file says nothing.</param>
    /// <exception cref="InvalidInputException">No file, no JSON, none of the kinds, an unknown name or a bad value.</exception>
    public static DenseModelOptions Read(string path, DenseModelOptions start)
    {
        try
        {
            JsonObject root = JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new InvalidInputException(path, "a JSON object", "another value");

            // The two files that people take for those that hold the facts: these lie beside them.
            string? sibling = root.ContainsKey("id2label") || root.ContainsKey("model_type") ? "preprocessor_config.json"
                : root.ContainsKey("task") && root.ContainsKey("models") ? "pipeline.json"
                : null;
            if (sibling is not null && !OfHuggingFace.Any(root.ContainsKey))
            {
                string other = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, sibling);
                return File.Exists(other) && Path.GetFileName(path) != sibling
                    ? Read(other, start)
                    : throw new InvalidInputException(path, $"{sibling} beside it, which says how photos are prepared", "none");
            }

            return OfHuggingFace.Any(root.ContainsKey) ? HuggingFace(root, start)
                : Transforms(root).ToList() is { Count: > 0 } transforms ? OpenMmlab(transforms, start)
                : Ours(root, path, start);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException(path, "a JSON file", "no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(path, "a readable JSON file", e.Message.ReplaceLineEndings(" "), e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException || (e is FormatException and not InvalidInputException))
        {
            throw new InvalidInputException(path, "settings of a dense model as JSON", e.Message.ReplaceLineEndings(" "), e);
        }
        catch (InvalidInputException e) when (e.InputSource != path)
        {
            throw new InvalidInputException(path, e);
        }
    }

    /// <summary>Brings mean and deviation to the library's scale, 0 to 255.</summary>
    /// <param name="start">What holds where none of the three is given.</param>
    /// <param name="range">1 or 255; null: 255.</param>
    /// <param name="mean">On that scale; null: 0 where one of the others is given.</param>
    /// <param name="std">On that scale; null: 1 likewise.</param>
    public static DenseModelOptions Normalise(DenseModelOptions start, double? range, IReadOnlyList<float>? mean, IReadOnlyList<float>? std)
    {
        if (range is null && mean is null && std is null)
        {
            return start;
        }

        double gain = 255 / (range ?? 255);
        return start with
        {
            Mean = [.. (mean ?? [0, 0, 0]).Select(v => (float)(v * gain))],
            Std = [.. (std ?? [1, 1, 1]).Select(v => (float)(v * gain))],
        };
    }

    /// <summary>The upper end of a scale of colors.</summary>
    /// <param name="text">0-1 or 0-255.</param>
    public static double ValueRange(string text) => text switch
    {
        "0-1" => 1,
        "0-255" => 255,
        _ => throw new InvalidInputException("valueRange", "0-1 or 0-255", $"'{text}'"),
    };

    /// <summary>A value of an enumeration, its words in lower case and joined by dashes.</summary>
    /// <param name="text">As channels-last.</param>
    public static T Word<T>(string text)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
        {
            if (text.Equals(JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()), StringComparison.OrdinalIgnoreCase)
                || text.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        string words = string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
        throw new InvalidInputException("text", $"one of {words}", $"'{text}'");
    }

    private static string? Beside(string model, string name)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(model));
        string? above = Path.GetFileName(folder) == "onnx" ? Path.GetDirectoryName(folder) : null;
        return new[] { folder, above }.OfType<string>().Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }

    private static DenseModelOptions Ours(JsonObject root, string path, DenseModelOptions start)
    {
        double? range = null;
        IReadOnlyList<float>? mean = null;
        IReadOnlyList<float>? std = null;
        DenseModelOptions options = start;
        foreach ((string name, JsonNode? value) in root)
        {
            string Text() => (string?)value ?? throw new InvalidInputException(path, $"'{name}' to be a text", "null");
            options = name switch
            {
                "scale" => options with { Scale = (double?)value },
                "height" => options with { Height = (int?)value },
                "width" => options with { Width = (int?)value },
                "sizeMultiple" => options with { SizeMultiple = (int?)value ?? throw new InvalidInputException(path, $"'{name}' to be a number", "null") },
                "channelOrder" => options with { ChannelOrder = Word<ChannelOrder>(Text()) },
                "interpolation" => options with { Interpolation = Word<Interpolation>(Text()) },
                "scores" or "scoreKind" => options with { ScoreKind = Word<ScoreKind>(Text()) },
                "inputName" => options with { InputName = (string?)value },
                "outputName" => options with { OutputName = (string?)value },
                "inputLayout" => options with { InputLayout = Word<TensorLayout>(Text()) },
                "outputLayout" => options with { OutputLayout = Word<TensorLayout>(Text()) },
                "valueRange" or "mean" or "std" => options,
                _ => throw new InvalidInputException(
                    path,
                    "scale, height, width, sizeMultiple, valueRange, mean, std, channelOrder, interpolation, scores, inputName, outputName, inputLayout or outputLayout",
                    $"'{name}'"),
            };
            range = name == "valueRange" ? ValueRange(Text()) : range;
            mean = name == "mean" ? Numbers(value) : mean;
            std = name == "std" ? Numbers(value) : std;
        }

        return Normalise(options, range, mean, std);
    }

    private static DenseModelOptions HuggingFace(JsonObject root, DenseModelOptions start)
    {
        double rescale = (bool?)root["do_rescale"] ?? true ? (double?)root["rescale_factor"] ?? 1 / 255.0 : 1;
        bool normalises = (bool?)root["do_normalize"] ?? root.ContainsKey("image_mean");
        DenseModelOptions options = Normalise(
            start, rescale * 255, normalises ? Numbers(root["image_mean"]) : null, normalises ? Numbers(root["image_std"]) : null);
        return options with
        {
            ChannelOrder = (bool?)root["do_flip_channel_order"] ?? false ? ChannelOrder.Bgr : options.ChannelOrder,
            SizeMultiple = (int?)(root["size_divisor"] ?? root["size_divisibility"]) is > 0 and int divisor ? divisor : options.SizeMultiple,
        };
    }

    private static DenseModelOptions OpenMmlab(IReadOnlyList<JsonObject> transforms, DenseModelOptions start)
    {
        DenseModelOptions options = start;
        foreach (JsonObject transform in transforms)
        {
            if ((string?)transform["type"] == "Pad")
            {
                options = (int?)transform["size_divisor"] is > 1 and int divisor ? options with { SizeMultiple = divisor } : options;
                continue;
            }

            // Its mean is in the order of the model's planes, ours in that of red, green, blue.
            bool isRgb = (bool?)transform["to_rgb"] ?? true;
            IEnumerable<float> InOrder(string name) => isRgb ? Numbers(transform[name]) : Numbers(transform[name]).Reverse();
            options = Normalise(options, 255, [.. InOrder("mean")], [.. InOrder("std")]) with { ChannelOrder = isRgb ? ChannelOrder.Rgb : ChannelOrder.Bgr };
        }

        return options;
    }

    // The transforms stand in lists of tasks in a pipeline; which, differs between versions.
    private static IEnumerable<JsonObject> Transforms(JsonNode? node) => node switch
    {
        JsonObject found when found["type"] is JsonValue type && type.TryGetValue(out string? name)
            && (name == "Normalize" ? found.ContainsKey("mean") : name == "Pad") => [found],
        JsonObject inner => inner.SelectMany(p => Transforms(p.Value)),
        JsonArray list => list.SelectMany(Transforms),
        _ => [],
    };

    private static IReadOnlyList<float> Numbers(JsonNode? node) =>
        node is JsonArray { Count: 3 } list && list.All(v => v is not null)
            ? [.. list.Select(v => (float)v!)]
            : throw new InvalidInputException("mean, std", "three numbers", node?.ToJsonString() ?? "none");
}
