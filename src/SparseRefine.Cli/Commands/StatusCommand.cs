using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Cluster;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>status</c>: where a planned job stands.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<bool> live = new("--live") { Description = "Look again and again, until all slices are done; in a terminal, as a table that changes in place." };
        Option<bool> json = new("--log-json") { Description = "Print a JSON object a look." };
        ClusterOptionGroup cluster = new();
        Command command = new("status", "Tells where a job stands that plan made: slices waiting, running, done and laid aside, photos a second, time left.");
        cluster.AddTo(command);
        command.Add(live);
        command.Add(json);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using ObjectStore store = cluster.Open(parsed);
            ClusterJob job = await ClusterJob.ReadAsync(store, cancellation);
            SliceQueue? queue = cluster.Broker(parsed) is BrokerAddress broker ? await SliceQueue.OpenAsync(broker, job.Queue, cancellation) : null;
            try
            {
                Func<Task<JobStatus>> look = () => JobMonitor.LookAsync(store, job, queue, cancellation);
                if (!parsed.GetValue(live))
                {
                    Show(console, await look(), parsed.GetValue(json));
                }
                else if (!parsed.GetValue(json) && console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi)
                {
                    JobStatus first = await look();
                    await console.Live(StatusTable.Draw(first)).StartAsync(display => FollowAsync(look, first, display.UpdateTarget, cancellation));
                }
                else
                {
                    await FollowAsync(look, null, status => Show(console, status, parsed.GetValue(json)), cancellation);
                }

                return ExitCodes.Success;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return ExitCodes.Cancelled;
            }
            finally
            {
                await (queue?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        });
        return command;
    }

    private static Task FollowAsync(Func<Task<JobStatus>> look, JobStatus first, Action<Spectre.Console.Rendering.IRenderable> show, CancellationToken cancellation) =>
        FollowAsync(look, first, status => show(StatusTable.Draw(status)), cancellation);

    // A look at many journals takes long: the store rests ten times as long between two.
    private static async Task FollowAsync(Func<Task<JobStatus>> look, JobStatus? first, Action<JobStatus> show, CancellationToken cancellation)
    {
        while (true)
        {
            System.Diagnostics.Stopwatch watch = System.Diagnostics.Stopwatch.StartNew();
            JobStatus status = first ?? await look();
            first = null;
            show(status);
            if (status.Done == status.Job.Slices)
            {
                return;
            }

            TimeSpan rest = watch.Elapsed * 10;
            await Task.Delay(rest > Pause ? rest : Pause, cancellation);
        }
    }

    private static void Show(IAnsiConsole console, JobStatus status, bool isJson)
    {
        if (isJson)
        {
            console.Profile.Out.Writer.WriteLine(StatusTable.Json(status));
            console.Profile.Out.Writer.Flush();
            return;
        }

        foreach (string line in StatusTable.Lines(status))
        {
            console.WriteLine(Printable.Of(line));
        }
    }
}
