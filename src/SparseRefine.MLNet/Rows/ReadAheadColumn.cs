using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>One column's values of the rows that a cursor has read ahead.</summary>
internal abstract class ReadAheadColumn : IDisposable
{
    /// <summary>Keeps the value of the row on which the input stands; an error is thrown when the value is read.</summary>
    public abstract void Read(int slot);

    /// <summary>Disposes what it made.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>Columns of any type but images.</summary>
    public static ReadAheadColumn Of(DataViewRowCursor input, DataViewSchema.Column column, int slots)
    {
        Type type = column.Type.RawType;
        Type kind = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? typeof(ReadAheadVectors<>).MakeGenericType(type.GetGenericArguments())
            : typeof(ReadAheadColumn<>).MakeGenericType(type);
        return (ReadAheadColumn)Activator.CreateInstance(kind, input, column, slots)!;
    }
}

/// <summary>Values that stay valid after their row.</summary>
internal class ReadAheadColumn<T> : ReadAheadColumn
{
    private readonly ValueGetter<T> _source;
    private readonly T[] _values;
    private readonly ExceptionDispatchInfo?[] _errors;

    public ReadAheadColumn(DataViewRowCursor input, DataViewSchema.Column column, int slots)
        : this(input.GetGetter<T>(column), slots)
    {
    }

    protected ReadAheadColumn(ValueGetter<T> source, int slots)
    {
        _source = source;
        _values = new T[slots];
        _errors = new ExceptionDispatchInfo?[slots];
    }

    protected ReadOnlySpan<T> Values => _values;

    public sealed override void Read(int slot)
    {
        try
        {
            _source(ref _values[slot]);
            _errors[slot] = null;
        }
        catch (Exception e)
        {
            _errors[slot] = ExceptionDispatchInfo.Capture(e);
        }
    }

    public void Get(int slot, ref T value)
    {
        _errors[slot]?.Throw();
        Copy(in _values[slot], ref value);
    }

    protected virtual void Copy(in T from, ref T to) => to = from;
}

/// <summary>Vectors: each reader gets its own copy, as their memory is used again for the next window.</summary>
internal sealed class ReadAheadVectors<T>(DataViewRowCursor input, DataViewSchema.Column column, int slots)
    : ReadAheadColumn<VBuffer<T>>(input, column, slots)
{
    protected override void Copy(in VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to);
}

/// <summary>
/// Images: an image is only valid until its input moves on, so the pixels are copied. This column owns the copies: each serves for
/// window after window of photos of its size, as 32 fresh megabytes a photo cost more than the copying; all are disposed with the cursor.
/// </summary>
internal sealed class ReadAheadImages(SharedImage source, int slots)
    : ReadAheadColumn<MLImage?>((ref MLImage? copy) => Copy(source.Value, ref copy), slots)
{
    public override void Dispose()
    {
        foreach (MLImage? copy in Values)
        {
            copy?.Dispose();
        }
    }

    private static void Copy(MLImage? image, ref MLImage? copy)
    {
        if (image is null)
        {
            copy?.Dispose();
            copy = null;
            return;
        }

        if (copy is not null && IsLike(copy, image))
        {
            // An image's pixels are its own native memory. This column made the image and handed it out for one row only, so the pixels may be replaced.
            ReadOnlySpan<byte> pixels = copy.Pixels;
            image.Pixels.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(pixels), pixels.Length));
            copy.Tag = image.Tag;
        }
        else
        {
            copy?.Dispose();
            copy = null;
            copy = Images.Duplicate(image);
        }
    }

    // ML.NET's own transformers may have disposed what they were handed, and an image does not tell otherwise.
    private static bool IsLike(MLImage copy, MLImage image)
    {
        try
        {
            return copy.Height == image.Height && copy.Width == image.Width && copy.PixelFormat == image.PixelFormat;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
