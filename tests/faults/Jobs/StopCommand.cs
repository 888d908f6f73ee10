using System.Diagnostics;
using System.Globalization;

namespace SparseRefine.Faults;

/// <summary><c>kill</c> and <c>term</c>: SIGKILL or SIGTERM at random moments over jobs that are resumed until they are done.</summary>
internal static class StopCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="isKill">SIGKILL; else SIGTERM.</param>
    /// <param name="args">--count N, --images N, --seed N, --tool FILE, --minutes N.</param>
    /// <returns>0 where all went well, 1 where something was lost.</returns>
    public static int Run(bool isKill, string[] args)
    {
        int count = Number(args, "--count", 100);
        int images = Number(args, "--images", 200);
        int seed = Number(args, "--seed", 1);
        TimeSpan limit = TimeSpan.FromMinutes(Number(args, "--minutes", 24 * 60));
        string tool = Word(args, "--tool") ?? ToolProcess.Beside;
        string name = isKill ? "kill -9" : "SIGTERM";
        return FaultRun.In(name, folder =>
        {
            JobScene scene = new(tool, folder, images, 48);
            Console.WriteLine(FormattableString.Invariant($"{name}: {images} images, undisturbed in {scene.Duration.TotalSeconds:0.00} s, seed {seed}"));
            StopRounds rounds = new(scene, Path.Combine(folder, "out"), seed, isKill);
            Stopwatch watch = Stopwatch.StartNew();
            while (rounds.Stops < count && watch.Elapsed < limit)
            {
                rounds.RunJob(count - rounds.Stops);
                Console.WriteLine(FormattableString.Invariant(
                    $"{watch.Elapsed.TotalSeconds:0} s: {rounds.Stops} stops ({rounds.StopsWithin} within the work), {rounds.Jobs} jobs whole and equal{(isKill ? $", {rounds.Suspected} photos under suspicion" : $", slowest end {rounds.Slowest.TotalSeconds:0.00} s, {rounds.Early} before it could listen")}"));
            }

            return $"{rounds.Stops} stops, {rounds.Jobs} jobs, nothing lost, nothing twice";
        });
    }

    /// <summary>The word after an option; null where it is not given.</summary>
    public static string? Word(string[] args, string option)
    {
        int at = Array.IndexOf(args, option);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }

    /// <summary>The number after an option.</summary>
    public static int Number(string[] args, string option, int standard) =>
        Word(args, option) is string text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
