namespace Microsoft.ML.Data;

/// <summary>Makes editors that write into the memory of an existing <see cref="VBuffer{T}"/> where it is large enough.</summary>
public static class VBufferEditor
{
    /// <summary>An editor over the same length, values and indices as the vector has.</summary>
    /// <typeparam name="T">Type of an item.</typeparam>
    /// <param name="destination">The vector.</param>
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination)
        => new(destination.Length, destination.Count, destination.ValueArray, destination.IndexArray, destination.IsDense, false, false);

    /// <summary>An editor for a new content.</summary>
    /// <typeparam name="T">Type of an item.</typeparam>
    /// <param name="destination">The vector whose memory may be reused.</param>
    /// <param name="newLogicalLength">The new length.</param>
    /// <param name="valuesCount">Number of explicit values; all when null.</param>
    /// <param name="maxValuesCapacity">Most values ever needed.</param>
    /// <param name="keepOldOnResize">Whether old values are kept in new memory.</param>
    /// <param name="requireIndicesOnDense">Whether to provide indices for a dense vector too.</param>
    public static VBufferEditor<T> Create<T>(
        ref VBuffer<T> destination,
        int newLogicalLength,
        int? valuesCount = null,
        int? maxValuesCapacity = null,
        bool keepOldOnResize = false,
        bool requireIndicesOnDense = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newLogicalLength);
        var count = valuesCount ?? newLogicalLength;
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(valuesCount));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, newLogicalLength, nameof(valuesCount));
        var capacity = Math.Max(count, maxValuesCapacity ?? 0);
        var dense = count == newLogicalLength;
        var values = Fit(destination.ValueArray, count, capacity, keepOldOnResize, out var newValues);
        var indices = destination.IndexArray;
        var newIndices = false;
        if (!dense || requireIndicesOnDense)
        {
            indices = Fit(indices, count, capacity, keepOldOnResize, out newIndices);
        }

        return new(newLogicalLength, count, values, indices, dense && !requireIndicesOnDense, newValues, newIndices);
    }

    private static TItem[] Fit<TItem>(TItem[] array, int count, int capacity, bool keep, out bool created)
    {
        created = (array?.Length ?? 0) < count;
        if (!created)
        {
            return array;
        }

        var larger = new TItem[capacity];
        if (keep)
        {
            array?.CopyTo(larger, 0);
        }

        return larger;
    }
}
