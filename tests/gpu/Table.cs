using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace SparseRefine.Gpu;

/// <summary>Measures the graphs of a folder and prints the table.</summary>
/// <param name="folder">What <c>export</c> wrote.</param>
/// <param name="device">cuda or cpu.</param>
/// <param name="runs">Measured runs.</param>
/// <param name="warmups">Runs before.</param>
/// <param name="only">One model's name; empty: all.</param>
/// <param name="comparesLabels">Whether labels are compared with those of the CPU provider in single precision.</param>
internal sealed class Table(string folder, string device, int runs, int warmups, string only, bool comparesLabels)
{
    private const double Goal = 3.9;
    private const int Columns = 10;
    private readonly bool _isGpu = device switch
    {
        "cuda" => true,
        "cpu" => false,
        _ => throw new ArgumentException($"--device: expected cuda or cpu, got {device}"),
    };

    /// <summary>Measures and prints.</summary>
    /// <returns>Whether every model reached the goal.</returns>
    public bool Run()
    {
        Subject[] subjects =
        [
            .. Directory.EnumerateFiles(folder, "subject.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => JsonSerializer.Deserialize<Subject>(File.ReadAllText(file))!).Where(subject => only.Length == 0 || subject.Name == only),
        ];
        if (subjects.Length == 0)
        {
            throw new ArgumentException($"{folder}: expected graphs, as export writes them, got none");
        }

        Console.WriteLine($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {device}; medians of {runs} after {warmups}, milliseconds; goal: ratio of {Goal.ToString(CultureInfo.InvariantCulture)} or more");
        if (!_isGpu)
        {
            Console.WriteLine("a dry run on the CPU provider: says that all of it works, and nothing of a GPU");
        }

        Line("model", "type", "full", "ours", "ratio", "dense", "select", "refine", "refined", "labels that differ from the CPU's");
        bool isReached = true;
        foreach (Subject subject in subjects)
        {
            byte[] photo = File.ReadAllBytes(Path.Combine(folder, subject.Name, "photo.rgb"));
            byte[]? reference = comparesLabels ? Answer(Stage.Whole, subject, photo) : null;
            byte[]? fullReference = comparesLabels ? Answer(Stage.Full, subject, photo) : null;
            foreach (string type in new[] { "float32", "float16" })
            {
                isReached &= Row(subject, type, photo, reference, fullReference) >= Goal;
            }

            Console.WriteLine($"    {Placement.Describe(Graph(subject, Stage.Whole, "float32"), subject, photo, _isGpu)}");
        }

        return isReached;
    }

    private double Row(Subject subject, string type, byte[] photo, byte[]? reference, byte[]? fullReference)
    {
        Dictionary<string, double> times = [];
        string differences = "";
        long refined = 0;
        foreach (string stage in Stage.All)
        {
            using Measurement measurement = new(Graph(subject, stage, type), subject, photo, _isGpu);
            times[stage] = measurement.Time(warmups, runs);
            refined = stage == Stage.Select ? measurement.Selected[0] : refined;
            differences += stage switch
            {
                Stage.Whole when reference is not null => $" ours {Differing(measurement.Labels, reference)}",
                Stage.Full when fullReference is not null => $"full {Differing(measurement.Labels, fullReference)},",
                _ => "",
            };
        }

        double ratio = times[Stage.Full] / times[Stage.Whole];
        Line(
            subject.Name,
            type,
            Number(times[Stage.Full]),
            Number(times[Stage.Whole]),
            ratio.ToString("0.00", CultureInfo.InvariantCulture),
            Number(times[Stage.Dense]),
            Number(times[Stage.Select] - times[Stage.Dense]),
            Number(times[Stage.Whole] - times[Stage.Select]),
            (100.0 * refined / (subject.Height * subject.Width)).ToString("0.0 '%'", CultureInfo.InvariantCulture),
            differences);
        return ratio;
    }

    private byte[] Answer(string stage, Subject subject, byte[] photo)
    {
        using Measurement measurement = new(Graph(subject, stage, "float32"), subject, photo, isGpu: false);
        measurement.Time(0, 1);
        return measurement.Labels.ToArray();
    }

    private string Graph(Subject subject, string stage, string type) => Path.Combine(folder, subject.Name, $"{stage}-{type}.onnx");

    private static string Differing(ReadOnlySpan<byte> labels, byte[] reference)
    {
        int differing = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            differing += labels[i] == reference[i] ? 0 : 1;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * differing / labels.Length:0.0000} %");
    }

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static void Line(params string[] cells) => Console.WriteLine(string.Concat(cells.Select((cell, i) => i == 0 ? cell.PadRight(2 * Columns) : i == cells.Length - 1 ? "  " + cell : cell.PadLeft(Columns))));
}
