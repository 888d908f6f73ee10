using System.Diagnostics;

namespace SparseRefine.Faults;

/// <summary>Stops a job again and again at random moments until it is done, checks it after every stop, and begins anew.</summary>
/// <param name="scene">The job.</param>
/// <param name="output">Where its results go.</param>
/// <param name="seed">Chooses the moments.</param>
/// <param name="isKill">SIGKILL; else SIGTERM.</param>
internal sealed class StopRounds(JobScene scene, string output, int seed, bool isKill)
{
    /// <summary>How long a job may take to end after SIGTERM.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    private readonly Random _random = new(seed);

    /// <summary>Processes stopped while they were at work.</summary>
    public int Stops { get; private set; }

    /// <summary>Stops that left some images done and some not: those that a resume has to go on from.</summary>
    public int StopsWithin { get; private set; }

    /// <summary>Jobs brought to their end.</summary>
    public int Jobs { get; private set; }

    /// <summary>Photos that a run failed because two were killed over them.</summary>
    public int Suspected { get; private set; }

    /// <summary>SIGTERMs that came before the process could listen, and ended it as SIGKILL does.</summary>
    public int Early { get; private set; }

    /// <summary>The longest that SIGTERM took.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Runs one job, stopped and resumed until it is done.</summary>
    /// <param name="most">Stops after which it is let run.</param>
    /// <exception cref="InvalidDataException">An image is missing or there twice, or a file is not whole or another than undisturbed.</exception>
    public void RunJob(int most)
    {
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        for (int stops = 0; ;)
        {
            using ToolProcess process = new(scene.Tool, scene.Arguments(output));
            if (stops < most ? !WaitForMoment(process) : process.Wait(TimeSpan.FromSeconds(300)))
            {
                // Killed once, and again when it was alone: the job takes the photo for what killed it, and the next run tries it again.
                if (isKill && process.ExitCode == 3 && JobAudit.Failures(output).All(reason => reason == "unfinished"))
                {
                    Suspected += JobAudit.Failures(output).Count;
                    continue;
                }

                if (process.ExitCode != 0)
                {
                    throw new InvalidDataException($"expected exit code 0, got {process.ExitCode}: {process.Error}");
                }

                break;
            }

            bool isDone = !Stop(process);
            int done = JobAudit.Check(output).Count;
            stops++;
            Stops++;
            StopsWithin += done > 0 && done < scene.Expected.Count ? 1 : 0;
            if (isDone)
            {
                break;
            }
        }

        JobAudit.CheckWhole(output, scene.Expected);
        Jobs++;
    }

    // A moment that depends little on the machine's speed: after some more images, or, one time in ten, within the start; false where the job ended before.
    private bool WaitForMoment(ToolProcess process)
    {
        if (_random.Next(10) == 0)
        {
            return !process.Wait(TimeSpan.FromMilliseconds(_random.Next(800)));
        }

        int images = 1 + _random.Next(scene.Photos / 5);
        while (process.Lines <= images)
        {
            if (process.Wait(TimeSpan.FromMilliseconds(2)))
            {
                return false;
            }
        }

        // Lines are printed when an image is done; the moment is any other, too.
        return !process.Wait(TimeSpan.FromMilliseconds(_random.Next(60)));
    }

    // Whether it was stopped, and not done just then.
    private bool Stop(ToolProcess process)
    {
        if (isKill)
        {
            process.Kill();
            return true;
        }

        long start = Stopwatch.GetTimestamp();
        process.AskToEnd();
        TimeSpan took = TimeSpan.Zero;
        while (!process.Wait(TimeSpan.FromMilliseconds(20)))
        {
            // Whoever pauses this program pauses the tool with it: time that neither saw does not count.
            TimeSpan step = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            took += step < Pause ? step : Pause;
            if (took > Grace)
            {
                throw new InvalidDataException($"SIGTERM: expected an end within {Grace.TotalSeconds} s, got none; output: {process.Output}");
            }
        }

        Slowest = took > Slowest ? took : Slowest;
        switch (process.ExitCode)
        {
            case 0:
                return false;
            case 130:
                return true;
            case 143:
                Early++;
                return true;
            default:
                throw new InvalidDataException($"SIGTERM: expected exit code 130, got {process.ExitCode}: {process.Error}");
        }
    }
}
