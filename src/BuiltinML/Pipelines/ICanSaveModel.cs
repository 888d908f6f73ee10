namespace Microsoft.ML;

/// <summary>What can be saved with a model.</summary>
public interface ICanSaveModel
{
    /// <summary>Writes itself.</summary>
    /// <param name="ctx">Where to.</param>
    void Save(ModelSaveContext ctx);
}
