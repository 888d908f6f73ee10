namespace SparseRefine.Batch;

/// <summary>
/// Milliseconds that one image spent in each stage, waiting in queues not included. Stages of different images overlap, so the sum over a job is more than its time.
/// </summary>
/// <param name="Decode">Reading, checking and decoding the file.</param>
/// <param name="Dense">The dense model.</param>
/// <param name="Select">Finding the pixels to refine.</param>
/// <param name="Extract">The sparse network.</param>
/// <param name="Ensemble">Merging into the label map.</param>
/// <param name="Encode">Encoding, hashing and making the files durable.</param>
/// <param name="Total">All of them.</param>
public sealed record StageMilliseconds(
    double Decode, double Dense, double Select, double Extract, double Ensemble, double Encode, double Total);
