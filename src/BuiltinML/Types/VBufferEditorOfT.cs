namespace Microsoft.ML.Data;

/// <summary>Writes a vector's values in place; <see cref="Commit"/> gives the vector.</summary>
/// <typeparam name="T">Type of an item.</typeparam>
public readonly ref struct VBufferEditor<T>
{
    private readonly int length;
    private readonly T[] values;
    private readonly int[] indices;

    /// <summary>The explicit values.</summary>
    public readonly Span<T> Values;

    /// <summary>Their indices; empty for a dense vector.</summary>
    public readonly Span<int> Indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool noIndices, bool createdNewValues, bool createdNewIndices)
    {
        this.length = length;
        this.values = values;
        this.indices = indices;
        Values = values.AsSpan(0, count);
        Indices = noIndices ? default : indices.AsSpan(0, count);
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    /// <summary>Whether the values' memory is new.</summary>
    public bool CreatedNewValues { get; }

    /// <summary>Whether the indices' memory is new.</summary>
    public bool CreatedNewIndices { get; }

    /// <summary>The vector with what was written.</summary>
    public VBuffer<T> Commit() => new(length, Values.Length, values, indices);

    /// <summary>The vector with only the first values.</summary>
    /// <param name="physicalValuesCount">How many explicit values to keep.</param>
    public VBuffer<T> CommitTruncated(int physicalValuesCount) => new(length, physicalValuesCount, values, indices);
}
