namespace SparseRefine.Batch;

/// <summary>The stages that an image goes through, in their order.</summary>
public enum ScoringStage
{
    /// <summary>Reading, checking and decoding the file.</summary>
    Decode,

    /// <summary>The dense model.</summary>
    Dense,

    /// <summary>Finding the pixels to refine.</summary>
    Select,

    /// <summary>The sparse network.</summary>
    Extract,

    /// <summary>Merging into the label map.</summary>
    Ensemble,

    /// <summary>Encoding, hashing and making the files durable.</summary>
    Encode,
}
