namespace SparseRefine;

/// <summary>What is wrong with an input, where that can be told apart: a service answers with another status, a job keeps another reason.</summary>
public enum InputFault
{
    /// <summary>Nothing more than the message says.</summary>
    Unspecified,

    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>Something else than the kind of file that is needed: a folder, a pipe, or a file of another kind.</summary>
    OtherKind,

    /// <summary>The file ends before its content does: a copy or an upload that was cut off. More pixels than allowed are told first.</summary>
    Truncated,

    /// <summary>The file is whole and its content is not: harmed bytes, or a form of its format that the decoder lacks.</summary>
    Damaged,

    /// <summary>More pixels than allowed, or so many passes over them as would take the time of such a photo. Nothing was decoded.</summary>
    TooLarge,
}
