namespace SparseRefine.Faults;

/// <summary>How the library took a harmed file.</summary>
internal enum Outcome
{
    /// <summary>The harm meant nothing, or nobody can see it (as in a JPEG's pixels): an answer.</summary>
    Answered,

    /// <summary>An error of ours that names the file.</summary>
    Refused,

    /// <summary>An error of ours that does not name the file.</summary>
    Unnamed,

    /// <summary>Another exception.</summary>
    Foreign,

    /// <summary>More memory than allowed.</summary>
    Memory,

    /// <summary>No answer in time; the process was ended.</summary>
    Hang,

    /// <summary>The process died.</summary>
    Crash,
}
