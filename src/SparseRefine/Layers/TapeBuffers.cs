namespace SparseRefine.Layers;

/// <summary>
/// Arrays that a training of steps of equal shapes uses again: values and gradients of one step's layers serve the next one. Kept by exact
/// length, so trainings whose shapes change from step to step have no use of it. Not thread-safe.
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
