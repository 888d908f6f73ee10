namespace SparseRefine.Training;

/// <summary>
/// Random numbers of a place in a training (seed, use, epoch, index): the same at the same place, whatever was drawn before, in every process, which
/// System.HashCode would not give.
/// </summary>
internal static class TrainingSeed
{
    /// <summary>What the numbers are for.</summary>
    public enum Use
    {
        /// <summary>Order of the photos.</summary>
        Order,

        /// <summary>Crops and windows.</summary>
        Crop,

        /// <summary>Dropout masks.</summary>
        Dropout,

        /// <summary>Active blocks.</summary>
        Blocks,
    }

    public static Random At(int seed, Use use, int epoch, int index)
    {
        ulong x = 0;
        foreach (int part in (ReadOnlySpan<int>)[seed, (int)use, epoch, index])
        {
            // SplitMix64.
            x += 0x9E3779B97F4A7C15 + (uint)part;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            x ^= x >> 31;
        }

        return new Random((int)(x >> 33));
    }

    /// <summary>The photo that crop <paramref name="index"/> of an epoch is taken of: each pass goes over all photos in a new order.</summary>
    public static int Photo(int seed, int epoch, int index, int photos)
    {
        int[] order = [.. Enumerable.Range(0, photos)];
        At(seed, Use.Order, epoch, index / photos).Shuffle(order);
        return order[index % photos];
    }
}
