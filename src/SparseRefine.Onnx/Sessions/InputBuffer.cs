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

    public InputBuffer(TensorElementType type, int height, int width)
    {
        Height = height;
        Width = width;
        int elementSize = type switch
        {
            TensorElementType.Float => sizeof(float),
            TensorElementType.Float16 => sizeof(ushort),
            _ => sizeof(byte),
        };
        _bytes = GC.AllocateUninitializedArray<byte>(checked(3 * height * width * elementSize), pinned: true);
        Value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance,
            type,
            [1, 3, height, width],
            Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0),
            _bytes.Length);
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>The tensor [1, 3, height, width] over the memory.</summary>
    public OrtValue Value { get; }

    /// <summary>The memory as values of the tensor's type.</summary>
    public Span<T> Span<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan());

    public void Dispose() => Value.Dispose();
}
