using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Images;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx;

/// <summary>
/// Photos that a <see cref="DenseModel"/> scores together. Each is prepared when it is added and not looked at again; neighbours of equal
/// <see cref="DenseModel.InputSize"/> then run as one ONNX batch [n, 3, h, w] where the model takes one, others one by one. The scores are those
/// of <see cref="DenseModel.Run"/> within what ONNX Runtime's own kernels differ by between batch sizes. Belongs to one thread; keeps its
/// memory, the prepared photos', for the next batch. Holds nothing native.
/// </summary>
internal sealed class DenseBatch
{
    private readonly DenseModel _model;
    private readonly List<(int Offset, int Height, int Width)> _photos = [];
    private byte[] _bytes = [];
    private int _used;

    internal DenseBatch(DenseModel model) => _model = model;

    /// <summary>Photos that wait to be run.</summary>
    public int Count => _photos.Count;

    /// <summary>Resizes and normalises a photo.</summary>
    /// <param name="image">The photo, any size from 1x1; not kept.</param>
    /// <exception cref="OverflowException">The batch would need more than 2 GB.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void Add(ImageView image)
    {
        (int height, int width) = _model.InputSize(image.Height, image.Width);
        int size = InputBuffer.Size(_model.InputType, height, width);
        int needed = checked(_used + size);
        if (needed > _bytes.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)), pinned: true);
            _bytes.AsSpan(0, _used).CopyTo(larger);
            _bytes = larger;
        }

        _model.Prepare(image, height, width, _bytes.AsSpan(_used, size));
        _photos.Add((_used, height, width));
        _used = needed;
    }

    /// <summary>Scores all photos and forgets them.</summary>
    /// <param name="cancellation">Ends the run, also in its middle.</param>
    /// <returns>Logits at the model's own resolution, in the order of adding.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="InvalidInputException">As for <see cref="DenseModel.Run"/>.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public IReadOnlyList<LogitMap> Run(CancellationToken cancellation = default)
    {
        try
        {
            var maps = new List<LogitMap>(_photos.Count);
            while (maps.Count < _photos.Count)
            {
                int photos = _model.TakesBatches ? EqualFrom(maps.Count) : 1;
                maps.AddRange(RunFrom(maps.Count, photos, cancellation));
            }

            return maps;
        }
        finally
        {
            Clear();
        }
    }

    /// <summary>Forgets all photos.</summary>
    public void Clear()
    {
        _photos.Clear();
        _used = 0;
    }

    private LogitMap[] RunFrom(int first, int photos, CancellationToken cancellation)
    {
        (int offset, int height, int width) = _photos[first];
        using OrtValue input = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            _model.InputType,
            InputBuffer.Shape(photos, height, width, _model.IsChannelsLast),
            Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, offset),
            photos * InputBuffer.Size(_model.InputType, height, width));
        LogitMap[] maps = _model.Infer(input, photos, height, width, cancellation);

        // The session knows the array by its address only, so the collector would not see that it is in use.
        GC.KeepAlive(_bytes);
        return maps;
    }

    private int EqualFrom(int first)
    {
        int end = first + 1;
        while (end < _photos.Count && _photos[end].Height == _photos[first].Height && _photos[end].Width == _photos[first].Width)
        {
            end++;
        }

        return end - first;
    }
}
