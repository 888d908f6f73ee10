using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Getters of columns whose type is known at run time only.</summary>
internal static class RowGetters
{
    private static readonly MethodInfo Generic = typeof(RowGetters).GetMethod(nameof(Typed), BindingFlags.NonPublic | BindingFlags.Static);

    /// <summary>The column's <see cref="ValueGetter{TValue}"/> of its raw type.</summary>
    public static Delegate GetUntyped(this DataViewRow row, DataViewSchema.Column column)
        => (Delegate)Generic.MakeGenericMethod(column.Type.RawType).Invoke(
            null, BindingFlags.DoNotWrapExceptions, null, [row, column], null);

    /// <summary>The same getter, if its type is what was asked for.</summary>
    public static ValueGetter<TValue> As<TValue>(this Delegate getter, DataViewSchema.Column column)
        => getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"Column '{column.Name}': invalid TValue: '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");

    /// <summary>Reads a column's values as objects; vectors and structs are copied.</summary>
    public static Func<object> GetBoxed(this DataViewRow row, DataViewSchema.Column column)
        => (Func<object>)typeof(RowGetters).GetMethod(nameof(Boxed), BindingFlags.NonPublic | BindingFlags.Static)
            .MakeGenericMethod(column.Type.RawType).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [row, column], null);

    public static InvalidOperationException Inactive(DataViewSchema.Column column)
        => new($"Column '{column.Name}' is not active in the cursor.");

    private static ValueGetter<TValue> Typed<TValue>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<TValue>(column);

    private static Func<object> Boxed<TValue>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TValue>(column);
        return () =>
        {
            // A fresh variable each time: nothing that was handed out before is overwritten or disposed.
            TValue value = default;
            getter(ref value);
            return value;
        };
    }
}
