using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>
/// A vector of known length whose values are all there (dense) or given with their indices (sparse, the rest are
/// default). The arrays may be longer than what is used and are shared by copies of the struct.
/// </summary>
/// <typeparam name="T">Type of an item.</typeparam>
public readonly struct VBuffer<T> : IEnumerable
{
    private readonly int count;
    private readonly T[] values;
    private readonly int[] indices;

    /// <summary>The logical length.</summary>
    public readonly int Length;

    /// <summary>A dense vector over <paramref name="values"/>, which it takes over.</summary>
    /// <param name="length">The length.</param>
    /// <param name="values">At least <paramref name="length"/> values; null for length 0.</param>
    /// <param name="indices">Kept for reuse only.</param>
    public VBuffer(int length, T[] values, int[] indices = null)
        : this(length, length, values, indices)
    {
    }

    /// <summary>A vector over arrays that it takes over; dense when <paramref name="count"/> is the length.</summary>
    /// <param name="length">The length.</param>
    /// <param name="count">Number of explicit values.</param>
    /// <param name="values">At least <paramref name="count"/> values.</param>
    /// <param name="indices">Their indices, strictly increasing; not looked at in a dense vector.</param>
    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, length);
        if ((values?.Length ?? 0) < count)
        {
            throw new ArgumentException($"values: expected at least {count}, got {values?.Length ?? 0}", nameof(values));
        }

        if (count < length && (indices?.Length ?? 0) < count)
        {
            throw new ArgumentException($"indices: expected at least {count}, got {indices?.Length ?? 0}", nameof(indices));
        }

        Length = length;
        this.count = count;
        this.values = values;
        this.indices = indices;
    }

    /// <summary>Whether all values are explicit.</summary>
    public bool IsDense => count == Length;

    internal T[] ValueArray => values;

    internal int[] IndexArray => indices;

    internal int Count => count;

    /// <summary>Copies a part of an array into a dense vector, reusing its memory.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="sourceIndex">First item.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="length">Number of items.</param>
    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>The explicit values.</summary>
    public ReadOnlySpan<T> GetValues() => values.AsSpan(0, count);

    /// <summary>Their indices; empty in a dense vector.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : indices.AsSpan(0, count);

    /// <summary>Copies this vector, reusing the destination's memory.</summary>
    /// <param name="destination">Where to.</param>
    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    /// <summary>Copies a range of this vector, reusing the destination's memory.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="sourceIndex">First item.</param>
    /// <param name="length">Number of items.</param>
    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        var dense = new T[Length];
        CopyTo(dense);
        Copy(dense, sourceIndex, ref destination, length);
    }

    /// <summary>Copies all values, explicit or not, to a dense vector.</summary>
    /// <param name="destination">Where to.</param>
    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>Copies all values, explicit or not.</summary>
    /// <param name="destination">At least as long as this vector.</param>
    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    /// <summary>Copies all values, explicit or not.</summary>
    /// <param name="destination">Where to.</param>
    /// <param name="destinationIndex">First item to write.</param>
    /// <param name="defaultValue">Written where nothing is explicit.</param>
    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        for (var i = 0; i < count; i++)
        {
            target[indices[i]] = values[i];
        }
    }

    /// <summary>The explicit items, or all of them, with their indices.</summary>
    /// <param name="all">Also those that are not explicit.</param>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (!all && !IsDense)
        {
            for (var i = 0; i < count; i++)
            {
                yield return new(indices[i], values[i]);
            }

            yield break;
        }

        for (var i = 0; i < Length; i++)
        {
            yield return new(i, GetItemOrDefault(i));
        }
    }

    /// <summary>All values, explicit or not.</summary>
    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    /// <summary>The value at an index, explicit or not.</summary>
    /// <param name="index">0..Length-1.</param>
    /// <param name="destination">Gets the value.</param>
    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    /// <summary>The value at an index, explicit or not.</summary>
    /// <param name="index">0..Length-1.</param>
    public T GetItemOrDefault(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length);
        if (IsDense)
        {
            return values[index];
        }

        var at = indices.AsSpan(0, count).BinarySearch(index);
        return at < 0 ? default : values[at];
    }

    /// <summary>All values, boxed.</summary>
    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {count} explicit values";
}
