using SparseRefine.Training;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>What is told at the end of a training, and the exit code that goes with it.</summary>
internal static class TrainingEnding
{
    // Checkpoints, a teacher's answers, and what fit --keep has measured.
    private static readonly string[] Kept = ["*.checkpoint", "*.teacher", "*.json"];

    /// <summary>Runs a training; where it is cancelled with nothing to keep but what its workspace holds, says how to go on.</summary>
    /// <param name="console">Where it is said.</param>
    /// <param name="workspace">Folder of checkpoints, answers and records; null: none.</param>
    /// <param name="train">The training.</param>
    /// <returns>An exit code.</returns>
    public static int Run(IAnsiConsole console, string? workspace, Func<int> train)
    {
        try
        {
            return train();
        }
        catch (OperationCanceledException) when (workspace is not null && Directory.Exists(workspace) && Kept.Any(kept => Directory.EnumerateFiles(workspace, kept, SearchOption.AllDirectories).Any()))
        {
            console.WriteLine($"cancelled, no model is written; the same command goes on from {workspace}");
            return ExitCodes.Cancelled;
        }
    }

    /// <summary>Tells why training ended and which epoch was kept.</summary>
    /// <param name="console">Where to tell.</param>
    /// <param name="history">How training went.</param>
    /// <param name="workspace">Folder of the checkpoint; null: none.</param>
    /// <param name="outputs">The files written; null: none, as nothing beat the dense model.</param>
    /// <returns>
    /// Success; bad input where a loss or gradient was not finite: the files are good, the options are not; cancelled, with or without files, so that a script does not
    /// take them for those of the whole training; or <see cref="ExitCodes.NoBetter"/> without files.
    /// </returns>
    public static int Tell(IAnsiConsole console, TrainingHistory history, string? workspace, IReadOnlyList<string>? outputs)
    {
        EpochReport best = history.Best;
        string ending = history.End switch
        {
            TrainingEnd.Cancelled when workspace is not null => $"cancelled, the same command goes on from {workspace}; ",
            TrainingEnd.Cancelled => "cancelled; ",
            TrainingEnd.StoppedEarly => "stopped early; ",
            TrainingEnd.Diverged => $"{history.Failure}; ",
            _ => string.Empty,
        };
        if (outputs is null)
        {
            console.WriteLine(
                $"{ending}nothing is written, as nothing is better than the dense model alone, validation mIoU {ReportTable.Number(history.Dense!.Scores.MeanIoU)}, " +
                $"by more than its standard error: {string.Join(", ", history.BestOfEach.Select(each => $"{each.Score} in epoch {each.Epoch}"))}");
            console.WriteLine(
                "what may help: more photos, with labels or with a teacher (--teacher full), another share of pixels (--selector), more epochs; --keep-anyway writes it all the same");
            return Code(history.End, ExitCodes.NoBetter);
        }

        console.WriteLine(
            $"{ending}kept the best epoch, {best.Epoch} of {best.Epochs} " +
            $"(validation mIoU {(best.Kept is EnsemblerScore kept ? kept : ReportTable.Number(best.Scores.MeanIoU))}): {string.Join(", ", outputs)}");
        if (history.BeatsDense == false)
        {
            console.WriteLine(
                $"warning: on the validation photos this is no better than the dense model alone ({ReportTable.Number(history.Dense!.Scores.MeanIoU)}); " +
                "more epochs, photos or pixels may help");
        }

        return Code(history.End, ExitCodes.Success);
    }

    private static int Code(TrainingEnd end, int finished) => end switch
    {
        TrainingEnd.Diverged => ExitCodes.BadInput,
        TrainingEnd.Cancelled => ExitCodes.Cancelled,
        _ => finished,
    };
}
