namespace SparseRefine.MLNet;

/// <summary>What becomes of a row whose photo is missing, damaged, truncated or too large.</summary>
public enum PhotoErrors
{
    /// <summary>Whoever reads the row gets the error, which names the file.</summary>
    Throw,

    /// <summary>
    /// The row is left out of the data, and the context's log gets a warning that names the file, once. Every photo is decoded then, also where only other columns are read.
    /// A prediction engine's one row cannot be left out: it throws.
    /// </summary>
    Skip,

    /// <summary>The row stays, without an image, and the error is the value of a text column, which is empty for the good ones. Whoever needs the image still throws.</summary>
    Flag,
}
