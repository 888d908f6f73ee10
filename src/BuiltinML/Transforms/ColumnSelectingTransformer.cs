using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Keeps or drops columns; what is kept is passed through.</summary>
public sealed class ColumnSelectingTransformer : ITransformer
{
    internal const string Kind = "SelectColumns";
    private readonly bool keepHidden;

    internal ColumnSelectingTransformer(string[] names, bool keep, bool keepHidden)
    {
        ArgumentNullException.ThrowIfNull(names);
        Names = [.. names];
        Keep = keep;
        this.keepHidden = keepHidden;
    }

    internal string[] Names { get; }

    internal bool Keep { get; }

    bool ITransformer.IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).OutputSchema;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, Bind(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => Bind(inputSchema);

    internal static ColumnSelectingTransformer Load(ModelReader context)
    {
        var keep = context.Reader.ReadBoolean();
        var keepHidden = context.Reader.ReadBoolean();
        return new([.. Enumerable.Range(0, context.Reader.ReadInt32()).Select(_ => context.Reader.ReadString())], keep, keepHidden);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ctx.Sign(Kind);
        ctx.Writer.Write(Keep);
        ctx.Writer.Write(keepHidden);
        ctx.Writer.Write(Names.Length);
        Array.ForEach(Names, ctx.Writer.Write);
    }

    private SelectingMapping Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (Array.Find(Names, name => schema.GetColumnOrNull(name) is null) is { } missing)
        {
            throw new ArgumentOutOfRangeException(nameof(schema), $"Could not find input column '{missing}'");
        }

        return new(schema, Keep
            ? [.. Names.SelectMany(name => schema.Where(column => column.Name == name && (keepHidden || !column.IsHidden))).Select(column => column.Index)]
            : [.. schema.Where(column => !Names.Contains(column.Name)).Select(column => column.Index)]);
    }
}
