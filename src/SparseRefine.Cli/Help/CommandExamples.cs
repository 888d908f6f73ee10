using System.CommandLine;

namespace SparseRefine.Cli.Help;

/// <summary>An example or two of each command. The tests run those of the page that is made of them.</summary>
internal static class CommandExamples
{
    private static readonly Dictionary<string, string[]> ByCommand = new()
    {
        ["train-dense"] = ["train-dense --images train/images --labels train/labels --classes classes.csv --size 512x512 --out model.onnx"],
        ["fit"] =
        [
            "fit --dense model.onnx --images train/images --labels train/labels --classes classes.csv --scale 0.25 --selector entropy:0.3 --out my.sparserefine",
            "fit --dense model.onnx --images photos --teacher full --classes classes.csv --scale 0.25 --out my.sparserefine",
        ],
        ["calibrate"] = ["calibrate --model my.sparserefine --images valid/images --labels valid/labels --ms 300 --out faster.sparserefine"],
        ["evaluate"] =
        [
            "evaluate --model my.sparserefine --images test/images --labels test/labels",
            "evaluate --dense model.onnx --size 512x512 --classes classes.csv --images test/images --labels test/labels",
        ],
        ["score"] =
        [
            "score --model my.sparserefine --images photos --out answers --overlay",
            "score --dense model.onnx --scale 0.25 --images photos --out plain --overlay",
        ],
        ["watch"] = ["watch --model my.sparserefine --folder inbox --out answers"],
        ["merge"] = ["merge --journals answers --out answers/journal.jsonl"],
        ["plan"] = ["plan --model my.sparserefine --images photos --out job --slices 4", "plan --missing --out job"],
        ["work"] = ["work --out job --slice 0"],
        ["status"] = ["status --out job"],
        ["bench"] =
        [
            "bench --model my.sparserefine --images photos --json bench.json",
            "bench --dense model.onnx --size 1024x2048 --scale 0.5 --density 0.1 --planes 16,32,64 --features rgb,p",
        ],
        ["info"] = ["info --model my.sparserefine"],
        ["export"] = ["export --model my.sparserefine --out my.onnx"],
        ["demo"] = ["demo --out demo"],
        ["completion"] = ["completion bash"],
    };

    /// <summary>The examples of a command.</summary>
    /// <param name="command">The command.</param>
    /// <returns>Lines to type; none for the root.</returns>
    public static IReadOnlyList<string> Of(Command command) => [.. ByCommand.GetValueOrDefault(command.Name, []).Select(words => $"{ToolCommands.Name} {words}")];
}
