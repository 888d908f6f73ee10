using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>Transformers one after another. Disposing it disposes them.</summary>
/// <typeparam name="TLastTransformer">Type of the last one.</typeparam>
public sealed class TransformerChain<TLastTransformer> : ITransformer, IEnumerable<ITransformer>, IDisposable, IChainParts
    where TLastTransformer : class, ITransformer
{
    private readonly ITransformer[] transformers;
    private readonly TransformerScope[] scopes;
    private bool disposed;

    /// <summary>The last transformer; null in an empty chain.</summary>
    public readonly TLastTransformer LastTransformer;

    /// <summary>A chain with scopes.</summary>
    /// <param name="transformers">The transformers.</param>
    /// <param name="scopes">One scope each.</param>
    public TransformerChain(IEnumerable<ITransformer> transformers, IEnumerable<TransformerScope> scopes)
    {
        ArgumentNullException.ThrowIfNull(transformers);
        ArgumentNullException.ThrowIfNull(scopes);
        this.transformers = [.. transformers];
        this.scopes = [.. scopes];
        if (this.transformers.Any(transformer => transformer is null))
        {
            throw new ArgumentNullException(nameof(transformers), "transformers: expected no null among them");
        }

        if (this.transformers.Length != this.scopes.Length)
        {
            throw new ArgumentException(
                $"scopes: expected one for each of {this.transformers.Length} transformers, got {this.scopes.Length}", nameof(scopes));
        }

        if (this.transformers.Length > 0)
        {
            LastTransformer = this.transformers[^1] as TLastTransformer
                ?? throw new ArgumentException(
                    $"transformers: expected the last to be a {typeof(TLastTransformer)}, got a {this.transformers[^1].GetType()}", nameof(transformers));
        }
    }

    /// <summary>A chain whose parts are always used.</summary>
    /// <param name="transformers">The transformers.</param>
    public TransformerChain(params ITransformer[] transformers)
        : this(transformers, Enumerable.Repeat(TransformerScope.Everything, transformers?.Length ?? 0))
    {
    }

    IReadOnlyList<ITransformer> IChainParts.Transformers => transformers;

    bool ITransformer.IsRowToRowMapper => transformers.All(transformer => transformer.IsRowToRowMapper);

    /// <summary>A chain with one more.</summary>
    /// <typeparam name="TNewLast">Type of the new one.</typeparam>
    /// <param name="transformer">The new one.</param>
    /// <param name="scope">When it is used.</param>
    public TransformerChain<TNewLast> Append<TNewLast>(TNewLast transformer, TransformerScope scope = TransformerScope.Everything)
        where TNewLast : class, ITransformer
        => new([.. transformers, transformer ?? throw new ArgumentNullException(nameof(transformer))], [.. scopes, scope]);

    /// <summary>The parts that are used in a scope.</summary>
    /// <param name="scopeFilter">Every flag of it must be in a part's scope.</param>
    public TransformerChain<ITransformer> GetModelFor(TransformerScope scopeFilter)
    {
        var used = Enumerable.Range(0, transformers.Length).Where(i => (scopes[i] & scopeFilter) == scopeFilter).ToArray();
        return new(used.Select(i => transformers[i]), used.Select(i => scopes[i]));
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return transformers.Aggregate(inputSchema, (schema, transformer) => transformer.GetOutputSchema(schema));
    }

    /// <summary>The columns that the parts of a scope give.</summary>
    /// <param name="inputSchema">The input's columns.</param>
    /// <param name="scope">Which parts.</param>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema, TransformerScope scope) => GetModelFor(scope).GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // Everything is checked before anything is built.
        GetOutputSchema(input.Schema);
        return transformers.Aggregate(input, (view, transformer) => transformer.Transform(view));
    }

    /// <summary>Transforms with the parts of a scope.</summary>
    /// <param name="input">The input.</param>
    /// <param name="scope">Which parts.</param>
    public IDataView Transform(IDataView input, TransformerScope scope) => GetModelFor(scope).Transform(input);

    /// <summary>The transformers in order.</summary>
    public IEnumerator<ITransformer> GetEnumerator() => ((IEnumerable<ITransformer>)transformers).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        if (!((ITransformer)this).IsRowToRowMapper)
        {
            throw new InvalidOperationException("GetRowToRowMapper method called despite IsRowToRowMapper being false.");
        }

        List<IRowToRowMapper> mappers = [];
        var schema = inputSchema;
        foreach (var transformer in transformers)
        {
            mappers.Add(transformer.GetRowToRowMapper(schema));
            schema = mappers[^1].OutputSchema;
        }

        return new ChainMapper(inputSchema, mappers);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => ChainFormat.Save(ctx, transformers, scopes);

    /// <summary>Disposes the transformers that can be.</summary>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        disposed = true;
        foreach (var transformer in transformers)
        {
            (transformer as IDisposable)?.Dispose();
        }
    }
}
