using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Cluster;
using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>work</c>: scores slices of a planned job.</summary>
internal static class WorkCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <param name="error">Where its last word goes.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console, TextWriter error)
    {
        ScoringOptions standard = ScoringJobOptions.Standard;
        Option<int?> slice = OptionValues.Create("--slice", "Score this slice and end, without a broker: the index that a Slurm array or a Kubernetes job gives.", "I", text => (int?)OptionValues.Whole(text, 0));
        Option<TimeSpan?> idle = OptionValues.Create<TimeSpan?>("--max-idle", "End once no slice came for this long. [default: wait on]", "60s|5m|1h", text => Time(text));
        Option<string?> scratch = OptionValues.Path(
            "--scratch", "Folder of this machine for the model and for slices in work; workers may share it. [default: sparserefine-work-USER among the temporary files]", "DIR");
        Option<int> workers = OptionValues.Int32("--workers", "Photos that are with the models at the same time.", 1, 1);
        Option<int> threads = OptionValues.Threads();
        Option<double> limit = OptionValues.Create(
            "--time-limit", "Seconds after which a photo is given up.", "S", text => OptionValues.Real(text, 0, 2e6), () => standard.TimeLimit.TotalSeconds);
        Option<long> pixels = OptionValues.MaxPixels(int.MaxValue / 4);
        Option<bool> quiet = new("--quiet") { Description = "Print nothing but the last error." };
        DeviceOption device = new();
        ClusterOptionGroup cluster = new();
        Command command = new("work", "Scores slices of a job that plan made, one after the other; Ctrl-C or SIGTERM gives the one in work back.");
        cluster.AddTo(command);
        foreach (Option option in (Option[])[slice, idle, scratch, workers, threads, limit, pixels, quiet])
        {
            command.Add(option);
        }

        device.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            BrokerAddress? broker = cluster.Broker(parsed);
            if (broker is null == parsed.GetValue(slice) is null)
            {
                throw new InvalidInputException("--broker, --slice", "one of them", broker is null ? "none" : "both");
            }

            await using ObjectStore store = cluster.Open(parsed);
            WorkOptions options = OptionValues.Checked(() => new WorkOptions
            {
                Store = store,
                Scratch = parsed.GetValue(scratch) ?? Path.Combine(Path.GetTempPath(), $"sparserefine-work-{Environment.UserName}"),
                Workers = parsed.GetValue(workers),
                Threads = parsed.GetValue(threads),
                TimeLimit = TimeSpan.FromSeconds(parsed.GetValue(limit)),
                MaxPixels = parsed.GetValue(pixels),
                MaxIdle = parsed.GetValue(idle),
                Open = (file, machine) => SegmentationModel.Load(file, device.Place(parsed, machine, Tell)),
                OpenStore = cluster.Opener(parsed),
                Tell = Tell,
            });
            try
            {
                ClusterJob job = await ClusterJob.ReadAsync(store, cancellation);
                using SliceWorker worker = await SliceWorker.OpenAsync(job, options, cancellation);
                if (broker is null)
                {
                    int index = parsed.GetValue(slice)!.Value;
                    return index < job.Slices
                        ? Code(await worker.RunAsync(new Shard(index, job.Slices), cancellation), error)
                        : throw new InvalidInputException("--slice", $"0 to {job.Slices - 1}", $"{index}");
                }

                await using SliceQueue queue = await SliceQueue.OpenAsync(broker, job.Queue, cancellation);
                return Code(await worker.RunAsync(queue, cancellation), error);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                error.WriteLine("cancelled before a slice came");
                return ExitCodes.Cancelled;
            }

            void Tell(string line)
            {
                if (!parsed.GetValue(quiet))
                {
                    console.WriteLine(Printable.Of(line));
                }
            }
        });
        return command;
    }

    private static int Code(SliceEnd end, TextWriter error)
    {
        if (end.Outcome == SliceOutcome.GivenBack)
        {
            error.WriteLine(Printable.Of($"{end.Message}: {end.Scored} photos were scored; the same command goes on"));
            return ExitCodes.Cancelled;
        }

        return ExitCodes.Success;
    }

    private static int Code(WorkSummary summary, TextWriter error)
    {
        if (summary.LaidAside > 0)
        {
            error.WriteLine($"{summary.LaidAside} slices were laid aside: status names them");
            return ExitCodes.BadInput;
        }

        if (summary.IsCancelled)
        {
            error.WriteLine($"cancelled: {summary.Done} slices were done");
            return ExitCodes.Cancelled;
        }

        return ExitCodes.Success;
    }

    private static TimeSpan Time(string text)
    {
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        return unit > 0 && double.TryParse(text.AsSpan(0, text.Length - 1), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out double count)
            && count > 0 && count * unit < 1e6
            ? TimeSpan.FromSeconds(count * unit)
            : throw new InvalidInputException("text", "a time as 60s, 5m or 1h", $"'{text}'");
    }
}
