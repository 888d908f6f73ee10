using System.Text.Json.Serialization;

namespace SparseRefine.Batch;

/// <summary>Why a photo could not be scored.</summary>
public enum FailureReason
{
    /// <summary>There is no such file.</summary>
    [JsonStringEnumMemberName("missing")]
    Missing,

    /// <summary>The file is there and cannot be read.</summary>
    [JsonStringEnumMemberName("unreadable")]
    Unreadable,

    /// <summary>Not a photo, or a damaged one.</summary>
    [JsonStringEnumMemberName("damaged")]
    Damaged,

    /// <summary>The file ends before its photo does.</summary>
    [JsonStringEnumMemberName("truncated")]
    Truncated,

    /// <summary>The header says more pixels than the job allows. Nothing was decoded.</summary>
    [JsonStringEnumMemberName("tooLarge")]
    TooLarge,

    /// <summary>Decoding or scoring it took longer than the job allows.</summary>
    [JsonStringEnumMemberName("timedOut")]
    TimedOut,

    /// <summary>The model cannot take it.</summary>
    [JsonStringEnumMemberName("refused")]
    Refused,

    /// <summary>The process ended twice while the photo was in work, the second time with nothing else, as it does where there is too little memory for it.</summary>
    [JsonStringEnumMemberName("unfinished")]
    Unfinished,

    /// <summary>An internal error, which no input explains: worth a bug report. The tool exits with 1.</summary>
    [JsonStringEnumMemberName("unexpected")]
    Unexpected,
}
