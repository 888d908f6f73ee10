using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using SparseRefine.Cli.Reports;
using Spectre.Console;

namespace SparseRefine.Cli.Commands;

/// <summary>
/// Times the three answers in turn, photo by photo, so that whatever else the machine does meets all of them. A round is
/// one pass over the photos; its figures are means a photo.
/// </summary>
/// <param name="console">Where progress shows.</param>
/// <param name="subject">What is compared.</param>
/// <param name="photos">Decodes each photo, anew at every call.</param>
internal sealed class BenchRounds(IAnsiConsole console, BenchSubject subject, IReadOnlyList<Func<MLImage>> photos)
{
    private readonly ResidentMemory _memory = new();
    private double _density;
    private double? _fullMultiplyAdds = 0;
    private double? _lowMultiplyAdds = 0;
    private double _extractMultiplyAdds;
    private long? _refinerMemory;

    /// <summary>Warms everything up on the first photo, counts the work, then measures.</summary>
    /// <param name="rounds">Rounds, at least 1.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The figures.</returns>
    public BenchReport Run(int rounds, CancellationToken cancellation) => Steps.Run(
        console, "measuring", (rounds * photos.Count) + 1, steps =>
        {
            WarmUp(cancellation);
            steps.Advance();
            List<BenchTimes> measured = [];
            for (int round = 1; round <= rounds; round++)
            {
                BenchTimes times = Round(round, steps, cancellation);
                measured.Add(times);
                steps.Line(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}/{rounds}: full {times.Full:0} ms, low {times.Low:0} ms, ours {times.Ours:0} ms"));
            }

            return new BenchReport
            {
                Photos = photos.Count,
                Rounds = measured,
                Density = _density / photos.Count,
                FullMultiplyAdds = _fullMultiplyAdds / photos.Count,
                LowMultiplyAdds = _lowMultiplyAdds / photos.Count,
                ExtractMultiplyAdds = _extractMultiplyAdds / photos.Count,
                RefinerBytes = _refinerMemory,
                PeakBytes = _memory.Peak,
                Threads = subject.Threads,
            };
        });

    // Twice each: ONNX Runtime plans its memory in the first run of a size and takes it, page by page, in the second.
    private void WarmUp(CancellationToken cancellation)
    {
        using MLImage photo = photos[0]();
        subject.CheckClasses();
        _ = subject.RunLow(photo, cancellation);
        _ = subject.RunLow(photo, cancellation);

        // The dense session has its memory by now, so what this adds is the refiner's.
        _refinerMemory = _memory.Growth(() => _ = subject.RunOurs(photo, cancellation));
        _ = subject.RunOurs(photo, cancellation);
        _ = subject.RunFull(photo, cancellation);
        subject.CheckClasses();
        _ = subject.RunFull(photo, cancellation);
    }

    private BenchTimes Round(int round, Steps steps, CancellationToken cancellation)
    {
        BenchTimes sum = new(0, 0, default);
        foreach (Func<MLImage> decode in photos)
        {
            long start = Stopwatch.GetTimestamp();
            using MLImage photo = decode();
            double decoding = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            (RefinementResult answer, StageTimes stages) = subject.RunOurs(photo, cancellation);
            double low = subject.RunLow(photo, cancellation);
            double full = subject.RunFull(photo, cancellation);
            sum += new BenchTimes(full, low, stages with { Decode = decoding });
            if (round == 1)
            {
                Count(photo, answer);
            }

            steps.Advance();
        }

        return sum / photos.Count;
    }

    private void Count(MLImage photo, RefinementResult answer)
    {
        (long? full, long? low) = subject.DenseMultiplyAdds(photo);
        _fullMultiplyAdds += full;
        _lowMultiplyAdds += low;
        _extractMultiplyAdds += answer.ExtractMultiplyAdds;
        _density += answer.Density;
    }
}
