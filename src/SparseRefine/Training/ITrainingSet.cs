namespace SparseRefine.Training;

/// <summary>Labelled photos that are loaded one at a time, so that a set may be larger than memory.</summary>
internal interface ITrainingSet
{
    /// <summary>Number of photos.</summary>
    int Count { get; }

    /// <summary>Loads one photo with its labels and the dense model's logits.</summary>
    /// <param name="index">0..Count - 1.</param>
    /// <returns>The example; the caller does not change it.</returns>
    TrainingExample Load(int index);
}
