using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// Class names and colors as a column's annotations: "KeyValues" on label maps and "SlotNames" on logits, where ML.NET's users
/// look for class names, and "ClassColors", red, green, blue of each class. They travel from a stage's input to its output. The
/// <see cref="ColumnSizes"/> stand beside them.
/// </summary>
internal static class ClassAnnotations
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    private const string Colors = "ClassColors";
    private const string DenseModel = "DenseModel";

    /// <summary>Annotations of a column of label maps: the own classes, else those that come in with another column.</summary>
    public static DataViewSchema.Annotations ForLabels(
        ClassList? own, DataViewSchema.Annotations? inherited = null, ColumnSizes sizes = default) => Make(KeyValues, own, inherited, sizes);

    /// <summary>Annotations of a column of logits.</summary>
    public static DataViewSchema.Annotations ForLogits(
        ClassList? own, DataViewSchema.Annotations? inherited = null, ColumnSizes sizes = default) => Make(SlotNames, own, inherited, sizes);

    /// <summary>Annotations of a column of selections, which tells no classes.</summary>
    public static DataViewSchema.Annotations ForSelection(ColumnSizes sizes) => Make(KeyValues, null, null, sizes);

    /// <summary>The annotations of logits, and which model makes them and how: a text that differs wherever the logits may.</summary>
    public static DataViewSchema.Annotations WithModel(DataViewSchema.Annotations annotations, Func<string> model)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(annotations, _ => true);
        builder.Add(DenseModel, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = model().AsMemory());
        return builder.ToAnnotations();
    }

    /// <summary>What <see cref="WithModel"/> has written; null where it has not.</summary>
    public static string? Model(DataViewSchema.Annotations annotations)
    {
        if (annotations.Schema.GetColumnOrNull(DenseModel) is not { Type: TextDataViewType })
        {
            return null;
        }

        ReadOnlyMemory<char> model = default;
        annotations.GetValue(DenseModel, ref model);
        return model.ToString();
    }

    /// <summary>The classes that annotations tell of; null where they lack names or colors.</summary>
    public static ClassList? Read(DataViewSchema.Annotations annotations)
    {
        string? names = NamesOf(annotations);
        if (names is null || annotations.Schema.GetColumnOrNull(Colors) is null)
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> texts = default;
        annotations.GetValue(names, ref texts);
        VBuffer<byte> colors = default;
        annotations.GetValue(Colors, ref colors);
        return new ClassList([.. texts.DenseValues().Select(text => text.ToString())], [.. colors.DenseValues()]);
    }

    /// <summary>The number of classes that annotations tell of; null where they lack names. Of a promised shape it is some number, as the shape does not tell which.</summary>
    public static int? Count(DataViewSchema.Annotations annotations) =>
        NamesOf(annotations) is string names ? ((VectorDataViewType)annotations.Schema[names].Type).Size : null;

    /// <summary>
    /// What a promised shape tells of annotations: which there are. Their values are not known before there are data, so
    /// nobody may read them.
    /// </summary>
    public static DataViewSchema.Annotations OfShape(SchemaShape shape)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        foreach (SchemaShape.Column column in shape)
        {
            if (column.Name is KeyValues or SlotNames)
            {
                Add<ReadOnlyMemory<char>>(builder, column.Name, TextDataViewType.Instance);
            }
            else if (column.Name == Colors)
            {
                Add<byte>(builder, Colors, NumberDataViewType.Byte);
            }
            else if (column.Name is nameof(ColumnSizes.Classes) or nameof(ColumnSizes.Height) or nameof(ColumnSizes.Width))
            {
                builder.AddPrimitiveValue(column.Name, NumberDataViewType.Int32, 0);
            }
        }

        return builder.ToAnnotations();

        static void Add<T>(DataViewSchema.Annotations.Builder builder, string name, PrimitiveDataViewType type) =>
            builder.Add<VBuffer<T>>(name, new VectorDataViewType(type, 1), (ref VBuffer<T> _) => throw new NotSupportedException());
    }

    private static DataViewSchema.Annotations Make(
        string name, ClassList? own, DataViewSchema.Annotations? inherited, ColumnSizes sizes)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        sizes.Write(builder);
        if (own is not null)
        {
            Add(builder, name, TextDataViewType.Instance, own.Names.Select(text => text.AsMemory()).ToArray());
            Add(builder, Colors, NumberDataViewType.Byte, own.Palette[..(own.Count * 3)].ToArray());
            return builder.ToAnnotations();
        }

        if (inherited is null || NamesOf(inherited) is not string theirs)
        {
            return builder.ToAnnotations();
        }

        Copy<ReadOnlyMemory<char>>(builder, name, inherited, theirs);
        if (inherited.Schema.GetColumnOrNull(Colors) is not null)
        {
            Copy<byte>(builder, Colors, inherited, Colors);
        }

        return builder.ToAnnotations();
    }

    private static string? NamesOf(DataViewSchema.Annotations annotations) => new[] { KeyValues, SlotNames }
        .FirstOrDefault(name => annotations.Schema.GetColumnOrNull(name) is { Type: VectorDataViewType { ItemType: TextDataViewType } });

    private static void Add<T>(
        DataViewSchema.Annotations.Builder builder, string name, PrimitiveDataViewType type, T[] values)
    {
        var buffer = new VBuffer<T>(values.Length, values);
        builder.Add(name, new VectorDataViewType(type, values.Length), (ref VBuffer<T> value) => buffer.CopyTo(ref value));
    }

    private static void Copy<T>(
        DataViewSchema.Annotations.Builder builder, string name, DataViewSchema.Annotations from, string theirs) =>
        builder.Add(name, from.Schema[theirs].Type, (ref VBuffer<T> value) => from.GetValue(theirs, ref value));
}
