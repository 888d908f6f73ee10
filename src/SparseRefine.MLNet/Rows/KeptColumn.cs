using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>One column's values of all rows of a view, in memory.</summary>
internal abstract class KeptColumn
{
    /// <summary>Keeps the value of the row that the cursor stands on.</summary>
    public abstract void Add();

    /// <summary>A getter of the kept values.</summary>
    /// <param name="row">Tells which row.</param>
    public abstract Delegate Getter(Func<int> row);

    /// <summary>A column of any type.</summary>
    /// <param name="cursor">Where the values come from.</param>
    /// <param name="column">Which.</param>
    public static KeptColumn Of(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        Type type = column.Type.RawType;
        Type kind = type == typeof(MLImage) ? typeof(KeptImages)
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>) ? typeof(KeptVectors<>).MakeGenericType(type.GetGenericArguments())
            : typeof(KeptColumn<>).MakeGenericType(type);
        return (KeptColumn)Activator.CreateInstance(kind, cursor, column)!;
    }
}

/// <summary>Values that stay valid after their row, as numbers, label maps and logits do.</summary>
internal class KeptColumn<T>(DataViewRowCursor cursor, DataViewSchema.Column column) : KeptColumn
{
    private readonly ValueGetter<T> _source = cursor.GetGetter<T>(column);
    private readonly List<T> _values = [];

    // The same variable for all rows: a getter disposes or uses again what it made for the row before.
    private T _value = default!;

    public sealed override void Add()
    {
        _source(ref _value);
        _values.Add(Copy(_value));
    }

    public sealed override Delegate Getter(Func<int> row)
    {
        ValueGetter<T> getter = (ref T value) => Copy(_values[row()], ref value);
        return getter;
    }

    // What is kept of a value that the row may use again.
    protected virtual T Copy(T value) => value;

    // What a reader gets, who may change or dispose it.
    protected virtual void Copy(T kept, ref T value) => value = kept;
}

/// <summary>Vectors, whose memory is the reader's.</summary>
internal sealed class KeptVectors<T>(DataViewRowCursor cursor, DataViewSchema.Column column) : KeptColumn<VBuffer<T>>(cursor, column)
{
    protected override VBuffer<T> Copy(VBuffer<T> value)
    {
        VBuffer<T> copy = default;
        value.CopyTo(ref copy);
        return copy;
    }

    protected override void Copy(VBuffer<T> kept, ref VBuffer<T> value) => kept.CopyTo(ref value);
}

/// <summary>Images, which their readers dispose.</summary>
internal sealed class KeptImages(DataViewRowCursor cursor, DataViewSchema.Column column) : KeptColumn<MLImage?>(cursor, column)
{
    protected override MLImage? Copy(MLImage? value) => value is null ? null : Images.Duplicate(value);

    protected override void Copy(MLImage? kept, ref MLImage? value) => value = Copy(kept);
}
