namespace SparseRefine.Cli;

/// <summary>What the tool's exit codes mean.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>A failure that no input explains; worth a bug report.</summary>
    public const int Failure = 1;

    /// <summary>Bad input or a bad option: one line says which, what was expected and what came.</summary>
    public const int BadInput = 2;

    /// <summary>Cancelled (Ctrl-C) with nothing kept, as shells report SIGINT.</summary>
    public const int Cancelled = 130;
}
