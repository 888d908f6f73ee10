namespace SparseRefine.Kernels;

/// <summary>
/// Large arrays that are kept from picture to picture. Unlike the runtime's shared pool it gives arrays of about the length that is asked for,
/// to whichever thread asks. Thread-safe. Holds as much as the largest picture so far took.
/// </summary>
internal sealed class BufferPool
{
    // An array that is longer than this many times the wish stays for a greater one.
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
                // The picture has outgrown it.
                Take(largest);
            }
        }

        // A sixteenth more, for pictures that are slightly larger.
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

    /// <summary>Lets all arrays go that are not in use.</summary>
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
