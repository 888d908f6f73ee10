namespace SparseRefine.Cli;

/// <summary>What the tool's exit codes mean.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>An internal error, also of one photo in a scoring job: worth a bug report. Or, in a scoring job, a full disk or a folder that vanished.</summary>
    public const int Failure = 1;

    /// <summary>Bad input or a bad option: one line says which, what was expected and what came.</summary>
    public const int BadInput = 2;

    /// <summary>A scoring job is done, but for images that failed.</summary>
    public const int SomeFailed = 3;

    /// <summary>A fit that is no better than the dense model alone on the validation photos: nothing is written.</summary>
    public const int NoBetter = 4;

    /// <summary>Cancelled (Ctrl-C, SIGTERM), as shells report SIGINT. A scoring job keeps what it has, a training its best epoch and its workspace, all else nothing.</summary>
    public const int Cancelled = 130;
}
