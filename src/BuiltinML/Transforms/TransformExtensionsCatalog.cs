using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Transforms that copy and choose columns.</summary>
public static class TransformExtensionsCatalog
{
    /// <summary>A column with another's values, type and annotations.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The new column.</param>
    /// <param name="inputColumnName">The column to copy.</param>
    public static ColumnCopyingEstimator CopyColumns(this TransformsCatalog catalog, string outputColumnName, string inputColumnName)
        => new(outputColumnName, inputColumnName);

    /// <summary>All columns but some; hidden ones of other names stay.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">Columns to drop.</param>
    public static ColumnSelectingEstimator DropColumns(this TransformsCatalog catalog, params string[] columnNames)
        => new(columnNames, keep: false, keepHidden: false);

    /// <summary>Only some columns, in the given order.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">Columns to keep.</param>
    /// <param name="keepHidden">Whether the columns they hide stay too.</param>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, string[] columnNames, bool keepHidden)
        => new(columnNames, keep: true, keepHidden);

    /// <summary>Only some columns, in the given order, without hidden ones.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">Columns to keep.</param>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, params string[] columnNames)
        => new(columnNames, keep: true, keepHidden: false);
}
