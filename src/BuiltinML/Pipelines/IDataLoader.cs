namespace Microsoft.ML;

/// <summary>Makes a data view of a source.</summary>
/// <typeparam name="TSource">What it reads.</typeparam>
public interface IDataLoader<in TSource> : ICanSaveModel
{
    /// <summary>The rows.</summary>
    /// <param name="input">The source.</param>
    IDataView Load(TSource input);

    /// <summary>The rows' columns.</summary>
    DataViewSchema GetOutputSchema();
}
