using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cli.Options;
using SparseRefine.Cli.Reports;
using SparseRefine.Cluster;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary><c>plan</c>: divides a job into slices for many machines.</summary>
internal static class PlanCommand
{
    /// <summary>Describes the command.</summary>
    /// <param name="console">Where it prints.</param>
    /// <returns>The command.</returns>
    public static Command Create(IAnsiConsole console)
    {
        Option<string?> model = OptionValues.Path("--model", "A fitted pipeline (*.sparserefine); it is copied to the job.", "FILE");
        Option<int?> slices = OptionValues.Create("--slices", "Number of slices. [default: as many as --minutes asks for]", "N", text => (int?)OptionValues.Whole(text, 1));
        Option<double> minutes = OptionValues.Create("--minutes", "How long a worker shall take for a slice.", "M", text => OptionValues.Real(text, 0.0167, 20), () => 3);
        Option<double?> rate = OptionValues.Create(
            "--photos-per-second", "What one worker scores. [default: measured here on up to 16 of the photos]", "R", text => (double?)OptionValues.Real(text, 1e-6, 1e6));
        Option<string?> queue = OptionValues.Path("--queue", "The queue's name. [default: sparserefine.JOB]", "NAME");
        Option<int> attempts = OptionValues.Int32("--attempts", "How often a slice may end its worker before it is laid aside.", 1, 5);
        Option<bool> missing = new("--missing") { Description = "Publish what the job at --out has no journal of, once more; without --broker, name it." };
        InputOptionGroup inputs = new();
        ResultOptionGroup results = new();
        ClusterOptionGroup cluster = new();
        Command command = new("plan", "Divides a job into slices that workers of many machines take from a broker, or that schedulers number.") { model };
        inputs.AddTo(command);
        cluster.AddTo(command);
        foreach (Option option in (Option[])[slices, minutes, rate, queue, attempts, missing])
        {
            command.Add(option);
        }

        results.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using ObjectStore store = cluster.Open(parsed);
            BrokerAddress? broker = cluster.Broker(parsed);
            if (parsed.GetValue(missing))
            {
                if (parsed.GetValue(model) is not null)
                {
                    throw new InvalidInputException("--missing", "no --model, as the job at --out has one", "one");
                }

                return await MissingAsync(store, broker, console, cancellation);
            }

            if (parsed.GetValue(model) is not string file)
            {
                throw new InvalidInputException("--model", "a fitted pipeline", "none");
            }

            PlanOptions options = OptionValues.Checked(() => new PlanOptions
            {
                Store = store,
                Model = file,
                Inputs = inputs.Read(parsed),
                Results = results.Read(parsed),
                Slices = parsed.GetValue(slices),
                SliceTime = TimeSpan.FromMinutes(parsed.GetValue(minutes)),
                PhotosPerSecond = parsed.GetValue(rate),
                Queue = parsed.GetValue(queue),
                Tries = parsed.GetValue(attempts),
                OpenStore = cluster.Opener(parsed),
                Tell = line => console.WriteLine(Printable.Of(line)),
            });
            SliceQueue? made = null;
            try
            {
                if (broker is not null)
                {
                    // Before the photos are listed, which may take long.
                    await (await SliceQueue.OpenAsync(broker, "plan", cancellation)).DisposeAsync();
                }

                JobPlan plan = await JobPlanner.PlanAsync(options, broker is null ? null : MakeAsync, cancellation);
                ClusterJob job = plan.Job;
                console.WriteLine(Printable.Of($"{store.Address}: job {job.Job}, {job.Photos} photos in {job.Slices} slices"));
                if (made is not null)
                {
                    console.WriteLine(Printable.Of($"{broker}: {await made.PublishAsync(plan.Messages(), plan.Trace, cancellation)} slices are in queue {job.Queue}"));
                }

                return ExitCodes.Success;
            }
            finally
            {
                await (made?.DisposeAsync() ?? ValueTask.CompletedTask);
            }

            async Task MakeAsync(ClusterJob job)
            {
                made = await SliceQueue.OpenAsync(broker!, job.Queue, cancellation);
                await made.DeclareAsync(job.Tries, cancellation);
            }
        });
        return command;
    }

    private static async Task<int> MissingAsync(ObjectStore store, BrokerAddress? broker, IAnsiConsole console, CancellationToken cancellation)
    {
        ClusterJob job = await ClusterJob.ReadAsync(store, cancellation);
        IReadOnlyList<Shard> slices = await JobPlanner.MissingAsync(store, job, cancellation);
        console.WriteLine(Printable.Of($"{store.Address}: job {job.Job}, {slices.Count} of {job.Slices} slices are missing"));
        if (broker is null)
        {
            if (slices.Count > 0)
            {
                // As Slurm's --array takes them.
                console.Profile.Out.Writer.WriteLine(string.Join(',', slices.Select(slice => slice.Index)));
            }

            return ExitCodes.Success;
        }

        await using SliceQueue queue = await SliceQueue.OpenAsync(broker, job.Queue, cancellation);
        await queue.DeclareAsync(job.Tries, cancellation);
        await queue.PurgeAsync(cancellation);
        InvalidInputException? bad = null;
        int unpublished = 0;
        long published = await queue.PublishAsync(JobPlanner.MessagesAsync(store, job, slices, Skip, cancellation), cancellation: cancellation);
        console.WriteLine(Printable.Of($"{broker}: {published} slices are in queue {job.Queue}"));
        return bad is null ? ExitCodes.Success : throw new InvalidInputException(bad.InputSource, bad.Expected, $"{bad.Got}; {unpublished} slices were not published");

        // One list that vanished keeps no other slice from being done.
        void Skip(InvalidInputException e) => (bad, unpublished) = (bad ?? e, unpublished + 1);
    }
}
