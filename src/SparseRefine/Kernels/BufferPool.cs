namespace SparseRefine.Kernels;

/// <summary>
/// Large arrays that are kept from image to image. The runtime's shared pool rounds lengths up to powers of two and keeps arrays per thread;
/// this pool gives an array of about the length asked for to whichever thread asks. Thread-safe. Holds as much as the largest image so far took.
/// </summary>
internal sealed class BufferPool
{
    // A free array more than four times as long as asked for is left for a longer request.
    private const int MostWaste = 4;

    // Arrays are made a sixteenth longer than asked for, so that slightly larger wishes fit.
    private const int Slack = 16;

    // A step of fewer rows than this share of the largest one's gets arrays of its own: lengths are rounded up to whole chunks, and what is
    // rounded from 1 row to 128 must not grow by the ratio of the rows, which would be gigabytes for a crop with a single selected pixel.
    private const int MostScale = 16;

    private readonly Lock _gate = new();
    private readonly List<Array> _free = [];
    private double _scale = 1;
    private long _mostRows;

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

    /// <summary>
    /// Announces how many rows the next step has: until the next call, <see cref="RentRows"/> asks as if it had those of the largest step so far.
    /// Each array then serves the same layer in every step, whatever the step's rows. Without, an array of one step's narrow layer would serve
    /// another step's wide one, and the pool would grow to twice what any step takes.
    /// </summary>
    /// <param name="rows">Sites of the step; 0: no steps follow.</param>
    /// <returns>Whether the step has outgrown the arrays of those before: the caller does well to <see cref="Clear"/> the pool.</returns>
    public bool Expect(int rows)
    {
        lock (_gate)
        {
            bool outgrown = rows > _mostRows + (_mostRows / Slack);
            _mostRows = outgrown ? rows : _mostRows;
            _scale = rows == 0 ? 1 : Math.Clamp((double)_mostRows / rows, 1, MostScale);
            return outgrown;
        }
    }

    /// <summary>The same for arrays whose length goes with a step's rows: see <see cref="Expect"/>.</summary>
    public static T[] RentRows<T>(BufferPool? pool, int length) =>
        Rent<T>(pool, pool is null ? length : (int)Math.Min(Array.MaxLength, length * pool._scale));

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

        return GC.AllocateUninitializedArray<T>((int)Math.Min(Array.MaxLength, length + ((long)length / Slack)));
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
    /// <returns>Their bytes.</returns>
    public long Clear()
    {
        lock (_gate)
        {
            long bytes = _free.Sum(array => (long)Buffer.ByteLength(array));
            _free.Clear();
            return bytes;
        }
    }

    /// <summary>
    /// Drops all arrays that are not in use and has them collected: by itself the collector comes for arrays of hundreds of megabytes only after
    /// about as much again has been allocated. Nothing happens where they are not worth the 40 ms that it takes.
    /// </summary>
    /// <param name="worth">Bytes from which on they are.</param>
    public void Collect(long worth)
    {
        lock (_gate)
        {
            if (_free.Sum(array => (long)Buffer.ByteLength(array)) < worth)
            {
                return;
            }

            _free.Clear();
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
    }

    private Array Take(int index)
    {
        Array array = _free[index];
        _free[index] = _free[^1];
        _free.RemoveAt(_free.Count - 1);
        return array;
    }
}
