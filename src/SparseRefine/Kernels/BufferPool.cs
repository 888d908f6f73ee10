namespace SparseRefine.Kernels;

/// <summary>
/// Large arrays that are kept from image to image. The runtime's shared pool rounds lengths up to powers of two and keeps arrays per thread;
/// this pool gives an array of about the length asked for to whichever thread asks. Thread-safe. Holds as much as the largest image so far took.
/// </summary>
internal sealed class BufferPool
{
    // A free array more than four times as long as asked for is left for a longer request.
    private const int MostWaste = 4;

    private readonly Lock _gate = new();
    private readonly List<Array> _free = [];

    /// <summary>An array from a pool, or from the runtime's shared one where there is none.</summary>
    public static T[] Rent<T>(BufferPool? pool, int length) =>
        pool is null ? System.Buffers.ArrayPool<T>.Shared.Rent(length) : pool.Rent<T>(length);

    /// <summary>Gives an array back to where <see cref="Rent{T}(BufferPool?, int)"/> got it.</summary>
    public static void Return<T>(BufferPool? pool, T[] array)
    {
        if (pool is null)
        {
            System.Buffers.ArrayPool<T>.Shared.Return(array);
        }
        else
        {
            pool.Return(array);
        }
    }

    /// <summary>An array of at least the given length; its contents are arbitrary.</summary>
    public T[] Rent<T>(int length)
    {
        if (length == 0)
        {
            return [];
        }

        lock (_gate)
        {
            int best = -1;
            int largest = -1;
            for (int i = 0; i < _free.Count; i++)
            {
                if (_free[i] is not T[] array)
                {
                    continue;
                }

                if (array.Length >= length && array.Length / MostWaste <= length && (best < 0 || array.Length < _free[best].Length))
                {
                    best = i;
                }

                if (array.Length < length && (largest < 0 || array.Length > _free[largest].Length))
                {
                    largest = i;
                }
            }

            if (best >= 0)
            {
                return (T[])Take(best);
            }

            if (largest >= 0)
            {
                // Every free array is too short, as images have become larger: the longest of them is dropped, to be replaced by the new one.
                Take(largest);
            }
        }

        // The array is a sixteenth longer than asked for, so that a slightly larger image can use it too.
        return GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, length + (length / 16L)));
    }

    /// <summary>Takes an array back. The caller must not use it any more.</summary>
    public void Return<T>(T[] array)
    {
        if (array.Length > 0)
        {
            lock (_gate)
            {
                _free.Add(array);
            }
        }
    }

    /// <summary>Drops all arrays that are not in use.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _free.Clear();
        }
    }

    private Array Take(int index)
    {
        Array array = _free[index];
        _free[index] = _free[^1];
        _free.RemoveAt(_free.Count - 1);
        return array;
    }
}
