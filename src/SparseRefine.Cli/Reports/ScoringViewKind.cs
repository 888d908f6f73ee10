namespace SparseRefine.Cli.Reports;

/// <summary>How a scoring job shows what it does.</summary>
internal enum ScoringViewKind
{
    /// <summary>For people: lines.</summary>
    Text,

    /// <summary>For programs: a JSON object a line.</summary>
    Json,

    /// <summary>Not at all.</summary>
    Quiet,
}
