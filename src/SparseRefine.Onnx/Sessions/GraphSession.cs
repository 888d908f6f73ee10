using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Images;
using SparseRefine.Onnx.Graphs;

namespace SparseRefine.Onnx.Sessions;

/// <summary>
/// A whole model, from a photo's bytes to labels, as one graph in one ONNX Runtime session: on a GPU the photo goes up once and the labels come down once, and nothing in between leaves
/// it. Thread-safe: each photo in flight has a binding and an input buffer of its own, which are kept for the next one.
/// </summary>
internal sealed class GraphSession : IDisposable
{
    /// <summary>The outputs that a graph for such a session has beside its labels. What is not asked for stays where it was computed.</summary>
    public const OnnxOutputs Outputs = OnnxOutputs.DenseLabels | OnnxOutputs.Mask | OnnxOutputs.SelectedPixels;

    private readonly ConcurrentBag<Place> _idle = [];
    private readonly InferenceSession _session;
    private readonly string _name;

    /// <summary>Opens the session.</summary>
    /// <param name="graph">A graph with <see cref="OnnxInput.Image"/> and <see cref="Outputs"/>.</param>
    /// <param name="machine">Threads, device and what the user adds to the session.</param>
    /// <exception cref="InvalidInputException">ONNX Runtime does not take the graph, or the device is not there.</exception>
    public GraphSession(OnnxFile graph, DenseModelOptions machine)
    {
        _name = graph.Name;
        (_session, Provider, _) = SessionFactory.Open(graph, machine);
    }

    /// <summary>"CPU" or "CUDA"; "CPU" also where what the user added to the session serves.</summary>
    public string Provider { get; }

    /// <summary>Labels a photo.</summary>
    /// <param name="photo">The photo; not kept.</param>
    /// <param name="asksSelection">Whether mask and dense labels are wanted.</param>
    /// <param name="cancellation">Ends the run, also in its middle.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="OutOfMemoryException">The system has no more memory to give just now.</exception>
    /// <exception cref="InvalidInputException">The graph does not run on the photo; one too large for a GPU's memory, for example.</exception>
    public GraphAnswer Run(ImageView photo, bool asksSelection, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        (int height, int width) = (photo.Height, photo.Width);
        Place place = _idle.TryTake(out Place? idle) ? idle : new Place(_session);
        byte[] labels = GC.AllocateUninitializedArray<byte>(checked(height * width));
        byte[]? dense = asksSelection ? GC.AllocateUninitializedArray<byte>(labels.Length) : null;
        byte[]? mask = asksSelection ? GC.AllocateUninitializedArray<byte>(labels.Length) : null;
        long[] selected = new long[1];
        using RunOptions run = new();
        using CancellationTokenRegistration registration = cancellation.Register(() => run.Terminate = true);
        try
        {
            place.Run(
                run,
                photo,
                [("labels", labels, [1, height, width]), ("dense_labels", dense, [1, height, width]), ("mask", mask, [1, height, width]), ("selected_pixels", selected, [1])]);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            place.Dispose();
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException e)
        {
            // What is bound may be half written: the place is not kept.
            place.Dispose();
            throw MemoryLimit.IsMissing(e.Message, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
                ? new OutOfMemoryException($"{_name}: expected memory to run at {height}x{width}, got {OneLine.Of(e)}", e)
                : new InvalidInputException(_name, $"a graph that runs on a photo of {height}x{width}", OneLine.Of(e), e);
        }

        _idle.Add(place);
        return new GraphAnswer(
            new LabelMap(labels, height, width), (int)selected[0], dense is null ? null : new LabelMap(dense, height, width), mask);
    }

    /// <summary>Drops bindings and buffers that are kept for the next photo. Thread-safe.</summary>
    public void ReleaseBuffers()
    {
        while (_idle.TryTake(out Place? place))
        {
            place.Dispose();
        }
    }

    /// <summary>Frees the session. No run may be in flight.</summary>
    public void Dispose()
    {
        ReleaseBuffers();
        _session.Dispose();
    }

    /// <summary>A binding with the photo's buffer. One thread at a time.</summary>
    private sealed class Place(InferenceSession session) : IDisposable
    {
        private readonly OrtIoBinding _binding = session.CreateIoBinding();
        private InputBuffer? _photo;

        public void Run(RunOptions options, ImageView photo, ReadOnlySpan<(string Name, Array? Values, long[] Shape)> outputs)
        {
            if (_photo is null || _photo.Height != photo.Height || _photo.Width != photo.Width)
            {
                _photo?.Dispose();
                _photo = new InputBuffer(TensorElementType.UInt8, photo.Height, photo.Width, isChannelsLast: true);
            }

            RgbBytes.Copy(photo, _photo.Bytes);
            List<OrtValue> bound = [];
            try
            {
                _binding.ClearBoundInputs();
                _binding.ClearBoundOutputs();
                _binding.BindInput("image", _photo.Value);
                foreach ((string name, Array? values, long[] shape) in outputs)
                {
                    if (values is null)
                    {
                        continue;
                    }

                    bound.Add(values is byte[] bytes
                        ? OrtValue.CreateTensorValueFromMemory(bytes, shape)
                        : OrtValue.CreateTensorValueFromMemory((long[])values, shape));
                    _binding.BindOutput(name, bound[^1]);
                }

                _binding.SynchronizeBoundInputs();
                session.RunWithBinding(options, _binding);
                _binding.SynchronizeBoundOutputs();
            }
            finally
            {
                bound.ForEach(value => value.Dispose());
            }
        }

        public void Dispose()
        {
            _binding.Dispose();
            _photo?.Dispose();
        }
    }
}
