using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace SparseRefine.Gpu;

/// <summary>A graph in a session on one device: timed, asked for its answer, and for what ran where.</summary>
internal sealed class Measurement : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly OrtValue _photo;
    private readonly OrtMemoryInfo _memory;
    private readonly List<OrtValue> _outputs = [];
    private readonly byte[] _labels;

    /// <param name="graph">The file.</param>
    /// <param name="subject">Whose photo goes in.</param>
    /// <param name="photo">Red, green, blue.</param>
    /// <param name="isGpu">Whether it runs on the first CUDA device; else on the CPU.</param>
    public Measurement(string graph, Subject subject, byte[] photo, bool isGpu)
    {
        using SessionOptions options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        if (isGpu)
        {
            options.AppendExecutionProvider_CUDA(0);
        }

        _session = new InferenceSession(graph, options);
        _photo = OrtValue.CreateTensorValueFromMemory(photo, [1, subject.Height, subject.Width, 3]);
        _labels = new byte[subject.Height * subject.Width];
        _memory = new OrtMemoryInfo(isGpu ? "Cuda" : "Cpu", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
        _binding = _session.CreateIoBinding();
        foreach (string name in _session.OutputNames)
        {
            if (name == "labels")
            {
                _outputs.Add(OrtValue.CreateTensorValueFromMemory(_labels, [1, subject.Height, subject.Width]));
                _binding.BindOutput(name, _outputs[^1]);
            }
            else if (name == "selected_pixels")
            {
                _outputs.Add(OrtValue.CreateTensorValueFromMemory(Selected, [1]));
                _binding.BindOutput(name, _outputs[^1]);
            }
            else
            {
                // Scores stay on the device.
                _binding.BindOutputToDevice(name, _memory);
            }
        }
    }

    /// <summary>Pixels that were refined, of a graph that tells them.</summary>
    public long[] Selected { get; } = new long[1];

    /// <summary>The labels of the last run.</summary>
    public ReadOnlySpan<byte> Labels => _labels;

    /// <summary>Milliseconds of a run from the photo in the processor's memory to the answer in it: the median.</summary>
    /// <param name="warmups">Runs before.</param>
    /// <param name="runs">Measured runs.</param>
    public double Time(int warmups, int runs)
    {
        using RunOptions options = new();
        double[] times = new double[runs];
        for (int i = -warmups; i < runs; i++)
        {
            long start = Stopwatch.GetTimestamp();

            // Binding the photo is what takes it to the device.
            _binding.BindInput("image", _photo);
            _binding.SynchronizeBoundInputs();
            _session.RunWithBinding(options, _binding);
            _binding.SynchronizeBoundOutputs();
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        Array.Sort(times);
        return (times[(runs - 1) / 2] + times[runs / 2]) / 2;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _binding.Dispose();
        _outputs.ForEach(value => value.Dispose());
        _photo.Dispose();
        _memory.Dispose();
        _session.Dispose();
    }
}
