using System.Diagnostics;
using SparseRefine.Cluster;
using SparseRefine.Cluster.Tests;

namespace SparseRefine.Faults;

/// <summary><c>cluster</c>: a job on many workers, of which, and of whose servers, one after the other is killed, cut off or doubled.</summary>
internal static class ClusterCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <param name="args">workers|broker|nodes|store|cut|cut-store|poison|twice, --count N, --photos N, --slices N, --workers N, --seed N, --azure, --tool FILE.</param>
    /// <returns>0 where all went well, 1 where something was lost.</returns>
    public static int Run(string[] args)
    {
        string what = args.FirstOrDefault() ?? "workers";
        int count = StopCommand.Number(args, "--count", 20);
        int workers = StopCommand.Number(args, "--workers", 3);
        bool isAzure = what is "store" or "cut-store" || args.Contains("--azure");
        Random random = new(StopCommand.Number(args, "--seed", 1));
        Stopwatch watch = Stopwatch.StartNew();
        return FaultRun.In($"cluster {what}", folder =>
        {
            using CutNetwork? network = what is "cut" or "cut-store" ? new CutNetwork() : null;
            using ClusterScene scene = new(
                folder,
                StopCommand.Word(args, "--tool") ?? ToolProcess.Beside,
                StopCommand.Number(args, "--photos", 200),
                StopCommand.Number(args, "--slices", 40),
                what == "nodes" ? 3 : 1,
                isAzure,
                network);
            string done = what switch
            {
                "twice" => Twice(scene, count),
                "poison" => Poison(scene, workers),
                "cut" or "cut-store" => Cut(scene, network!, what == "cut-store", count),
                _ => Kill(scene, what, count, workers, random),
            };
            return FormattableString.Invariant($"{done}, nothing lost, nothing twice, in {watch.Elapsed.TotalSeconds:0} s");
        });
    }

    private static string Kill(ClusterScene scene, string what, int count, int workers, Random random)
    {
        int kills = 0;
        int jobs = 0;
        int restarts = 0;
        int republished = 0;
        while (kills < count)
        {
            ClusterJob job = scene.Plan(attempts: 1000, scene.Nodes[0].Address);
            if (what != "workers")
            {
                // A node of 3.10 that is killed within seconds after a queue was made forgets the queue's leader, for good, and azurite the whole job.
                Thread.Sleep(TimeSpan.FromSeconds(8));
            }

            using WorkerFleet fleet = new(
                i => new ToolProcess(
                    scene.Tool, ["work", "--broker", scene.Nodes[i % scene.Nodes.Count].Address, "--threads", "1", "--scratch", scene.Scratch, .. scene.At]), workers);
            long quiet = Stopwatch.GetTimestamp();
            for (int done = 0; done < job.Slices;)
            {
                Thread.Sleep(random.Next(100, what == "workers" ? 1500 : 4000));
                if (kills < count)
                {
                    Hit(scene, job, fleet, what, workers, random);
                    kills++;
                }

                fleet.Tend();
                int now = scene.Done(job) ?? done;
                if (now > done)
                {
                    quiet = Stopwatch.GetTimestamp();
                }
                else if (what == "store" && kills == count && Stopwatch.GetElapsedTime(quiet) > Forgotten)
                {
                    // Azurite saves its tables every few seconds only: killed, it forgets journals that it had confirmed.
                    scene.PublishMissing();
                    republished++;
                    quiet = Stopwatch.GetTimestamp();
                }
                else if (Stopwatch.GetElapsedTime(quiet) > Limit)
                {
                    throw new InvalidDataException($"expected progress, got none for {Limit.TotalMinutes} minutes: {done} of {job.Slices} slices are done");
                }

                done = now;
            }

            restarts += fleet.Restarts;
            scene.Audit();
            jobs++;
            Console.WriteLine($"  {kills} kills, {jobs} jobs");
        }

        return $"{kills} kills, {jobs} jobs of {workers} workers, {restarts} workers ended by themselves and were started again{(republished > 0 ? $", plan --missing was needed {republished} times" : "")}";
    }

    private static void Hit(ClusterScene scene, ClusterJob job, WorkerFleet fleet, string what, int workers, Random random)
    {
        switch (what)
        {
            case "workers":
                fleet.Kill(random.Next(workers));
                break;
            case "store":
                scene.RestartAzurite();
                break;
            default:
                RabbitServer node = scene.Nodes.Count == 1 ? scene.Nodes[0] : Leader(scene, job.Queue);
                node.Kill();
                node.Start(scene.Nodes.Count > 1 ? [.. scene.Nodes.Select(peer => peer.Node)] : []).GetAwaiter().GetResult();
                break;
        }
    }

    // Of three nodes the one that leads the queue; another one does once it is gone.
    private static RabbitServer Leader(ClusterScene scene, string queue)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Limit;)
        {
            if (scene.Nodes[0].LeaderOf(queue) is string leader && scene.Nodes.Find(node => node.Node == leader) is RabbitServer found)
            {
                Console.WriteLine($"  {leader} leads {queue}");
                return found;
            }
        }

        throw new InvalidDataException($"{queue}: expected a node that leads it, got none");
    }

    // Whoever takes the slice dies of it, as of a photo that is too much for the machine.
    private static string Poison(ClusterScene scene, int workers)
    {
        const int Poisoned = 7;
        ClusterJob job = scene.Plan(attempts: 3, scene.Nodes[0].Address);
        SliceQueue queue = SliceQueue.OpenAsync(BrokerAddress.Parse(scene.Nodes[0].Address), job.Queue).GetAwaiter().GetResult();
        using WorkerFleet fleet = new(
            i => new ToolProcess(scene.Tool, ["work", "--broker", scene.Nodes[0].Address, "--threads", "1", "--scratch", Path.Combine(scene.Scratch, $"{i}"), .. scene.At]), workers);
        int kills = 0;
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<DeadSlice> dead = [];
        while (scene.Done(job) < job.Slices - 1 || (dead = queue.DeadAsync(10).GetAwaiter().GetResult()).Count == 0)
        {
            for (int i = 0; i < workers; i++)
            {
                string mark = Path.Combine(scene.Scratch, $"{i}", "worker-0", "slice");
                if (File.Exists(mark) && File.ReadAllText(mark) == $"{job.Job} {Poisoned}/{job.Slices}")
                {
                    fleet.Kill(i);
                    File.Delete(mark);
                    kills++;
                }
            }

            fleet.Tend();
            Thread.Sleep(5);
            if (Stopwatch.GetElapsedTime(start) > Limit)
            {
                throw new InvalidDataException($"expected a slice that is laid aside and {job.Slices - 1} that are done, got {scene.Done(job)} done after {kills} kills");
            }
        }

        if (dead is not [{ Message.Slice: string slice } only] || slice != $"{Poisoned}/{job.Slices}" || scene.Done(job) != job.Slices - 1)
        {
            throw new InvalidDataException($"expected slice {Poisoned} alone to be laid aside, got {string.Join("; ", dead)}");
        }

        return $"slice {slice} was laid aside after {kills} ends of its workers ({only.Reason}), the other {job.Slices - 1} are done";
    }

    private static string Twice(ClusterScene scene, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ClusterJob job = scene.Plan(attempts: 3, null);
            foreach (int slice in Enumerable.Range(0, job.Slices))
            {
                ToolProcess[] both = [.. Enumerable.Range(0, 2).Select(_ => new ToolProcess(
                    scene.Tool, ["work", "--slice", $"{slice}", "--threads", "1", "--scratch", scene.Scratch, .. scene.At]))];
                foreach (ToolProcess worker in both)
                {
                    using (worker)
                    {
                        if (worker.End(300) != 0)
                        {
                            throw new InvalidDataException($"slice {slice}: expected exit code 0, got {worker.ExitCode}: {worker.Error}");
                        }
                    }
                }
            }

            scene.Audit();
        }

        return $"{count} jobs of two workers on every slice at once";
    }

    private static string Cut(ClusterScene scene, CutNetwork network, bool isStore, int count)
    {
        for (int i = 0; i < count; i++)
        {
            ClusterJob job = scene.Plan(attempts: 3, scene.Nodes[0].Address);
            string broker = $"amqp://{network.BrokerAddress}:{scene.Nodes[0].Port}";
            using WorkerFleet fleet = new(_ => network.Start(scene.Tool, ["work", "--broker", broker, "--threads", "1", "--scratch", scene.Scratch, .. scene.At]), 2);
            long start = Stopwatch.GetTimestamp();
            bool isCut = false;
            for (int done = 0; done < job.Slices; done = scene.Done(job) ?? done)
            {
                Thread.Sleep(200);
                if (!isCut && done >= 2)
                {
                    network.Cut(isStore, TimeSpan.FromSeconds(20));
                    isCut = true;
                }

                fleet.Tend();
                if (Stopwatch.GetElapsedTime(start) > Limit)
                {
                    throw new InvalidDataException($"expected an end, got {done} of {job.Slices} slices");
                }
            }

            scene.Audit();
        }

        return $"{count} jobs of two workers whose way to the {(isStore ? "store" : "broker")} was cut for 20 s";
    }
}
