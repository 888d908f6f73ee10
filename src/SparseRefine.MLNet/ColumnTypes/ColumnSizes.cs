using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// What all values of a column have in common, each as an annotation of that name: the number of classes, rows and columns. Null: rows differ,
/// or it is unknown. 0: it is the same in every row, but only a schema shape is there, which tells which annotations there are and not their values.
/// </summary>
internal readonly record struct ColumnSizes(int? Classes, int? Height, int? Width)
{
    /// <summary>The sizes that a column's annotations state.</summary>
    public static ColumnSizes Read(DataViewSchema.Annotations annotations)
    {
        return new(Value(nameof(Classes)), Value(nameof(Height)), Value(nameof(Width)));

        int? Value(string name)
        {
            if (annotations.Schema.GetColumnOrNull(name) is not { Type: NumberDataViewType })
            {
                return null;
            }

            int value = 0;
            annotations.GetValue(name, ref value);
            return value;
        }
    }

    /// <summary>Adds the sizes that are known to a column's annotations.</summary>
    public void Write(DataViewSchema.Annotations.Builder annotations)
    {
        foreach ((string name, int? value) in new[] { (nameof(Classes), Classes), (nameof(Height), Height), (nameof(Width), Width) })
        {
            if (value is int known)
            {
                annotations.AddPrimitiveValue(name, NumberDataViewType.Int32, known);
            }
        }
    }

    /// <summary>These sizes, completed by others.</summary>
    public ColumnSizes Or(ColumnSizes other) => new(Classes ?? other.Classes, Height ?? other.Height, Width ?? other.Width);

    /// <summary>Whether a size is known of both and differs.</summary>
    public bool Contradicts(ColumnSizes other) =>
        Differ(Classes, other.Classes) || Differ(Height, other.Height) || Differ(Width, other.Width);

    /// <summary>Whether vectors of a length can have these sizes.</summary>
    public bool Fits(int length) =>
        length % ((long)(Classes ?? 1) * (Height ?? 1) * (Width ?? 1)) == 0 && (HasGap || Complete(length) is not null);

    /// <summary>All three sizes for a vector of a length; null where they do not follow or do not fit.</summary>
    public (int Classes, int Height, int Width)? Complete(int length)
    {
        long product = (long)(Classes ?? 1) * (Height ?? 1) * (Width ?? 1);
        if (HasGap || length % product != 0)
        {
            return null;
        }

        int rest = (int)(length / product);
        (int classes, int height, int width) = (Classes ?? rest, Height ?? rest, Width ?? rest);
        return (long)classes * height * width == length && classes is >= 2 and <= 255 ? (classes, height, width) : null;
    }

    /// <summary>The sizes as "2x*x*", a star for one that is unknown.</summary>
    public override string ToString() => string.Join('x', new[] { Classes, Height, Width }.Select(size => size?.ToString() ?? "*"));

    /// <summary>Whether two or more sizes are unknown.</summary>
    private bool HasGap => (Classes is null ? 1 : 0) + (Height is null ? 1 : 0) + (Width is null ? 1 : 0) > 1;

    private static bool Differ(int? a, int? b) => a > 0 && b > 0 && a != b;
}
