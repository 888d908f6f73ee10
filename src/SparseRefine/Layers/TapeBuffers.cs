namespace SparseRefine.Layers;

/// <summary>
/// Arrays for the values and gradients of layers' outputs, which one training step returns and the next one takes. Kept by exact length: a training
/// whose shapes change from step to step finds none and gains nothing. Not thread-safe.
/// </summary>
internal sealed class TapeBuffers
{
    private readonly Dictionary<int, Stack<float[]>> _free = [];

    /// <summary>An array of exactly the length; its contents are arbitrary.</summary>
    public static float[] Take(TapeBuffers? buffers, int length) =>
        buffers != null && buffers._free.TryGetValue(length, out Stack<float[]>? arrays) && arrays.TryPop(out float[]? array)
            ? array
            : GC.AllocateUninitializedArray<float>(length);

    /// <summary>Takes an array back. The caller must not use it any more.</summary>
    public void Return(float[] array)
    {
        if (!_free.TryGetValue(array.Length, out Stack<float[]>? arrays))
        {
            _free.Add(array.Length, arrays = []);
        }

        arrays.Push(array);
    }
}
