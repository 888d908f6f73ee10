namespace SparseRefine.Cli.Files;

/// <summary>One picture of a run, as the pipelines read it: a text column for each property.</summary>
internal sealed class PhotoRow
{
    /// <summary>The picture file.</summary>
    public string ImagePath { get; set; } = string.Empty;

    /// <summary>Its index-label PNG; empty where none is needed.</summary>
    public string LabelPath { get; set; } = string.Empty;
}
