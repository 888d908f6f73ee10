namespace SparseRefine;

/// <summary>The stages that a photo goes through, in their order.</summary>
public enum Stage
{
    /// <summary>Reading, checking and decoding the file.</summary>
    Decode,

    /// <summary>The dense model.</summary>
    Dense,

    /// <summary>Selecting pixels, and the dense labels of all pixels.</summary>
    Select,

    /// <summary>Features, kernel maps and the sparse network.</summary>
    Extract,

    /// <summary>Merging, and the labels of the selected pixels.</summary>
    Ensemble,

    /// <summary>Encoding, hashing and making the files durable.</summary>
    Encode,
}
