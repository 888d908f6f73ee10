using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace SparseRefine.Onnx.Sessions;

/// <summary>
/// Pinned memory that preprocessing writes and ONNX Runtime reads in place, kept between runs of one size. One run at a
/// time uses it.
/// </summary>
internal sealed class InputBuffer : IDisposable
{
    private readonly byte[] _bytes;

    public InputBuffer(TensorElementType type, int height, int width, bool isChannelsLast)
    {
        Height = height;
        Width = width;
        _bytes = GC.AllocateUninitializedArray<byte>(Size(type, height, width), pinned: true);
        Value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            type,
            Shape(1, height, width, isChannelsLast),
            Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0),
            _bytes.Length);
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>The tensor of one photo over the memory.</summary>
    public OrtValue Value { get; }

    /// <summary>The memory, 3 x height x width values of the tensor's type.</summary>
    public Span<byte> Bytes => _bytes;

    /// <summary>The shape of an image input.</summary>
    public static long[] Shape(int photos, int height, int width, bool isChannelsLast) =>
        isChannelsLast ? [photos, height, width, 3] : [photos, 3, height, width];

    /// <summary>Bytes of one photo.</summary>
    /// <exception cref="OverflowException">More than 2 GB.</exception>
    public static int Size(TensorElementType type, int height, int width) => checked(3 * height * width * type switch
    {
        TensorElementType.Float => sizeof(float),
        TensorElementType.Float16 => sizeof(ushort),
        _ => sizeof(byte),
    });

    public void Dispose() => Value.Dispose();
}
