namespace SparseRefine.Training;

/// <summary>Labelled photos that are all in memory.</summary>
/// <param name="examples">The photos.</param>
internal sealed class TrainingList(IReadOnlyList<TrainingExample> examples) : ITrainingSet
{
    /// <inheritdoc/>
    public int Count => examples.Count;

    /// <inheritdoc/>
    public TrainingExample Load(int index) => examples[index];
}
