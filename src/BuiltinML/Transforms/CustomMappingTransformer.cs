using System.Runtime.CompilerServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Columns computed by the user's own code: once a row for all of them.</summary>
/// <typeparam name="TSrc">Class of the columns that are read.</typeparam>
/// <typeparam name="TDst">Class of the columns that are added.</typeparam>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> map;
    private readonly string contractName;
    private readonly SchemaDefinition sourceDefinition;
    private readonly TypedSchema typed;

    internal CustomMappingTransformer(
        Action<TSrc, TDst> map, string contractName, SchemaDefinition sourceDefinition = null, SchemaDefinition targetDefinition = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        this.map = map;
        this.contractName = contractName;
        this.sourceDefinition = sourceDefinition;
        typed = new TypedSchema(typeof(TDst), targetDefinition ?? SchemaDefinition.Create(typeof(TDst), SchemaDefinition.Direction.Write));
    }

    internal DataViewSchema Added => typed.Schema;

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

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        if (string.IsNullOrWhiteSpace(contractName))
        {
            throw new InvalidOperationException("A custom mapping without a contract name cannot be saved");
        }

        CustomMappingFormat.Save(ctx, contractName, map.Method.Module.Assembly);
    }

    private AppendingMapping Bind(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        TypedBinding<TSrc> binding = new(schema, false, sourceDefinition);
        int[] needed = [.. binding.Columns.Select(column => column.Index)];

        // All added columns of a row share one run of the delegate.
        ConditionalWeakTable<DataViewRow, Func<TDst>> runs = [];
        return new(schema, typed.Columns, [.. typed.Columns.Select(_ => needed)], (DataViewRow row, int added, out Action disposer) =>
        {
            disposer = null;
            return typed.MakeGetter(added, runs.GetValue(row, key => Runner(binding, key)));
        });
    }

    private Func<TDst> Runner(TypedBinding<TSrc> binding, DataViewRow row)
    {
        var reader = binding.Over(row);
        TSrc source = new();
        TDst target = new();
        var done = long.MinValue;
        return () =>
        {
            if (done != row.Position)
            {
                reader.Fill(source);
                map(source, target);
                done = row.Position;
            }

            return target;
        };
    }
}
