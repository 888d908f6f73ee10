namespace SparseRefine.Batch;

/// <summary>Photos that wait, at one moment. A full queue says that the stage behind it is the slowest.</summary>
/// <param name="Score">Decoded, not yet with the models.</param>
/// <param name="Encode">Scored, not yet being written.</param>
/// <param name="Journal">Written, not yet in the journal.</param>
public readonly record struct QueueDepths(int Score, int Encode, int Journal);
