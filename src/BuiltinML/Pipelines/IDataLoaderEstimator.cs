namespace Microsoft.ML;

/// <summary>Makes a loader of a source.</summary>
/// <typeparam name="TSource">What it reads.</typeparam>
/// <typeparam name="TLoader">Type of the loader.</typeparam>
public interface IDataLoaderEstimator<in TSource, out TLoader>
    where TLoader : IDataLoader<TSource>
{
    /// <summary>Looks at the source and makes the loader.</summary>
    /// <param name="input">The source.</param>
    TLoader Fit(TSource input);

    /// <summary>The shape of what the loader gives.</summary>
    SchemaShape GetOutputSchema();
}
