using System.Diagnostics;

namespace SparseRefine.Benchmarks.Harness;

/// <summary>Milliseconds of one case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Best">The fastest run.</param>
/// <param name="Median">The middle run.</param>
internal sealed record Measurement(Case Case, double Best, double Median)
{
    // A sample is at least this long, so that reading the clock does not count.
    private const double SampleMs = 4;

    /// <summary>Verifies all cases, then times them in turn.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="secondsPerCase">Time to spend on each.</param>
    /// <returns>In the cases' order.</returns>
    public static IReadOnlyList<Measurement> Take(IReadOnlyList<Case> cases, double secondsPerCase)
    {
        int[] repeats = new int[cases.Count];
        for (int i = 0; i < cases.Count; i++)
        {
            cases[i].Verify();

            Warm(cases[i], secondsPerCase / 4);
            repeats[i] = (int)Math.Max(1, Math.Ceiling(SampleMs / Time(cases[i], 3)));
        }

        List<double>[] samples = [.. cases.Select(_ => new List<double>())];
        double[] spent = new double[cases.Count];
        const int LeastSamples = 5;
        while (Enumerable.Range(0, cases.Count).Any(i => spent[i] < 1000 * secondsPerCase || samples[i].Count < LeastSamples))
        {
            for (int i = 0; i < cases.Count; i++)
            {
                double ms = Time(cases[i], repeats[i]);
                samples[i].Add(ms);
                spent[i] += ms * repeats[i];
            }
        }

        return [.. cases.Select((c, i) => new Measurement(c, samples[i].Min(), samples[i].Order().ElementAt(samples[i].Count / 2)))];
    }

    private static void Warm(Case subject, double seconds)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            subject.Run();
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);
    }

    private static double Time(Case subject, int repeats)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repeats; i++)
        {
            subject.Run();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / repeats;
    }
}
