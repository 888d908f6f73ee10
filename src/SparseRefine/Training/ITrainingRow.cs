namespace SparseRefine.Training;

/// <summary>What a training learns from: one labelled photo with what its dense model, and further stages, made of it.</summary>
internal interface ITrainingRow
{
    /// <summary>What messages call the photo.</summary>
    string Name { get; }

    /// <summary>Memory that the row holds: pixels, labels, scores.</summary>
    long Bytes { get; }
}
