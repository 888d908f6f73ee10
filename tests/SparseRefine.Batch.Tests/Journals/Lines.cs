namespace SparseRefine.Batch.Tests.Journals;

/// <summary>Lines for journals.</summary>
internal static class Lines
{
    public static readonly DateTime Time = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public static readonly StageTimes Times = new() { Decode = 1, Dense = 2, Select = 3, Extract = 4, Ensemble = 5, Encode = 6 };

    public static JournalHeader Header(Shard? shard = null, string model = "aaaaaaaaaaaaaaaa", ScoringResults? results = null) => new()
    {
        Model = model,
        ModelFile = "m.sparserefine",
        Results = results ?? new ScoringResults(),
        Shard = shard,
        Time = Time,
    };

    public static JournalEntry Entry(string id) => new()
    {
        Id = id,
        Path = "/photos/" + id,
        Width = 4,
        Height = 3,
        Shares = new Dictionary<string, double> { ["sky"] = 1 },
        Density = 0.5,
        Ms = Times,
        Outputs = new Dictionary<string, string> { [id + ".png"] = "00" },
        Model = "aaaaaaaaaaaaaaaa",
        Time = Time,
    };

    public static string Journal(JournalHeader header, params IEnumerable<string> ids) =>
        string.Concat([header.ToJson() + "\n", .. ids.Select(id => Entry(id).ToJson() + "\n")]);
}
