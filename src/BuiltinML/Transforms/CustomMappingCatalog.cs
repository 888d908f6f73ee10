using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Transforms and filters by the user's own code.</summary>
public static class CustomMappingCatalog
{
    /// <summary>Columns computed by a delegate from a row's columns.</summary>
    /// <typeparam name="TSrc">Class of the columns that are read.</typeparam>
    /// <typeparam name="TDst">Class of the columns that are added.</typeparam>
    /// <param name="catalog">The catalog.</param>
    /// <param name="mapAction">Fills the second from the first.</param>
    /// <param name="contractName">Name of the factory that makes it after loading; null: it cannot be saved.</param>
    /// <param name="inputSchemaDefinition">Columns of the first class, or null to infer them.</param>
    /// <param name="outputSchemaDefinition">Columns of the second class, or null to infer them; not saved.</param>
    public static CustomMappingEstimator<TSrc, TDst> CustomMapping<TSrc, TDst>(
        this TransformsCatalog catalog,
        Action<TSrc, TDst> mapAction,
        string contractName,
        SchemaDefinition inputSchemaDefinition = null,
        SchemaDefinition outputSchemaDefinition = null)
        where TSrc : class, new()
        where TDst : class, new()
        => new(new CustomMappingTransformer<TSrc, TDst>(mapAction, contractName, inputSchemaDefinition, outputSchemaDefinition));

    /// <summary>The rows that a predicate does not filter out.</summary>
    /// <typeparam name="TSrc">Class of the columns that are read.</typeparam>
    /// <param name="catalog">The catalog.</param>
    /// <param name="input">The rows.</param>
    /// <param name="filterPredicate">True for rows to leave out.</param>
    public static IDataView FilterByCustomPredicate<TSrc>(this DataOperationsCatalog catalog, IDataView input, Func<TSrc, bool> filterPredicate)
        where TSrc : class, new()
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(filterPredicate);
        TypedBinding<TSrc> binding = new(input.Schema, false, null);
        return new FilteredDataView(input, [.. binding.Columns], cursor =>
        {
            var reader = binding.Over(cursor);
            TSrc row = new();
            return () =>
            {
                reader.Fill(row);
                return !filterPredicate(row);
            };
        });
    }
}
