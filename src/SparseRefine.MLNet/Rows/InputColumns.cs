using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>Names and types of the columns that come in: one view over a schema and over an estimator's promised shape.</summary>
internal sealed class InputColumns
{
    private readonly Dictionary<string, (DataViewType Type, DataViewSchema.Annotations Annotations)> _columns = [];

    private InputColumns()
    {
    }

    public static InputColumns Of(DataViewSchema schema)
    {
        var columns = new InputColumns();
        foreach (DataViewSchema.Column column in schema.Where(column => !column.IsHidden))
        {
            columns._columns[column.Name] = (column.Type, column.Annotations);
        }

        return columns;
    }

    public static InputColumns Of(SchemaShape shape)
    {
        var columns = new InputColumns();
        foreach (SchemaShape.Column column in shape)
        {
            DataViewType type = column.Kind == SchemaShape.Column.VectorKind.Scalar
                ? column.ItemType
                : new VectorDataViewType((PrimitiveDataViewType)column.ItemType);
            columns._columns[column.Name] = (type, ClassAnnotations.OfShape(column.Annotations));
        }

        return columns;
    }

    /// <summary>Whether there is such a column, of any type.</summary>
    public bool Has(string name) => _columns.ContainsKey(name);

    /// <summary>Whether there is such a column, of vectors of bytes.</summary>
    public bool IsBytes(string name) =>
        _columns.TryGetValue(name, out var column) && column.Type is VectorDataViewType vector && vector.ItemType == NumberDataViewType.Byte;

    /// <summary>The type of a column that must be there and of type <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidInputException">Missing, or of another type.</exception>
    public T Require<T>(string name, string expected)
        where T : DataViewType
    {
        if (!_columns.TryGetValue(name, out var column))
        {
            // ML.NET's own caching drops the columns that it has no storage for, without a word: where one of them is left, it was not that.
            string hint = typeof(T).IsAssignableTo(typeof(PrimitiveDataViewType)) || _columns.Values.Any(other => other.Type is StructuredDataViewType and not VectorDataViewType) ? "" : "; Cache, ShuffleRows and SaveAsBinary of ML.NET drop such columns: ml.SemanticSegmentation.Cache keeps them";
            throw new InvalidInputException($"column '{name}'", expected, $"no such column (columns: {string.Join(", ", _columns.Keys)}){hint}");
        }

        return column.Type as T
            ?? throw new InvalidInputException($"column '{name}'", expected, $"{column.Type}");
    }

    public ColumnSizes RequireImage(string name) => Require<ImageDataViewType>(name, "an image") is { Height: > 0, Width: > 0 } image
        ? new(null, image.Height, image.Width)
        : default;

    public ColumnSizes RequireLogits(string name) => Require<LogitMap>(name);

    public ColumnSizes RequireLabels(string name) => Require<LabelMap>(name);

    public ColumnSizes RequireSelection(string name) => Require<PixelSelection>(name);

    public ColumnSizes RequireSparseLogits(string name) => Require<SparseLogits>(name);

    /// <summary>A column's annotations. Where only the shape is known, their values must not be read.</summary>
    public DataViewSchema.Annotations Annotations(string name) => _columns[name].Annotations;

    private ColumnSizes Require<T>(string name)
        where T : class
    {
        Require<ColumnType<T>>(name, typeof(T) == typeof(SparseLogits) ? "SparseLogits" : $"a {typeof(T).Name}");
        return ColumnSizes.Read(_columns[name].Annotations);
    }
}
