using System.CommandLine;
using System.Text.Json;
using SparseRefine.Cli.Help;

namespace SparseRefine.Cli.Options;

/// <summary>Names the library's properties as the command line does: <c>TimeLimit</c> is <c>--time-limit</c>, <c>Output</c> is <c>--out</c>.</summary>
internal static class PropertyOptions
{
    // Options that are not the property's own name in lower case; of several, the command has one.
    private static readonly Dictionary<string, string[]> Others = new()
    {
        ["Output"] = ["--out"],
        ["Inputs"] = ["--folder", "--images"],
        ["IndexBits"] = ["--bits"],
        ["BatchSize"] = ["--batch"],
        ["CropHeight"] = ["--crop"],
        ["CropWidth"] = ["--crop"],
        ["CropsPerPhoto"] = ["--crops"],
        ["MinScale"] = ["--random-scale"],
        ["MaxScale"] = ["--random-scale"],
        ["AverageDecay"] = ["--average-weights"],
        ["CacheBytes"] = ["--cache"],
        ["DiceWeight"] = ["--dice"],
        ["FreezeEpochs"] = ["--freeze"],
        ["Height"] = ["--size", "--photo-size"],
        ["Width"] = ["--size", "--photo-size"],
        ["ScoreKind"] = ["--scores"],
        ["OperatorSet"] = ["--opset"],
        ["FineResiduals"] = ["--residual-units"],
        ["WholePhotos"] = ["--uncrop"],
        ["FeatureOutputName"] = ["--dense-features"],
        ["IntraOpNumThreads"] = ["--threads"],
        ["HasModule"] = ["--without"],
        ["HasPairwise"] = ["--without"],
        ["HasUnary"] = ["--without"],
        ["ContrastWeight"] = ["--without"],
        ["GpuDeviceId"] = ["--device"],
        ["Tries"] = ["--attempts"],
        ["SliceTime"] = ["--minutes"],
    };

    /// <summary>The option of a command that sets a property.</summary>
    /// <param name="property">The property.</param>
    /// <param name="command">The command.</param>
    /// <returns>Its name; null where the command has none.</returns>
    public static string? Of(string property, Command command)
    {
        string[] known = [.. ToolCommands.Options(command).Select(option => option.Name)];
        string[] names = [$"--{JsonNamingPolicy.KebabCaseLower.ConvertName(property)}", .. Others.GetValueOrDefault(property, [])];
        return names.FirstOrDefault(known.Contains);
    }
}
