namespace SparseRefine.MLNet;

/// <summary>The columns that training reads, and the label that does not count.</summary>
internal sealed record TrainingColumns(
    string Image, IReadOnlyList<string> Logits, string Label, string? Selection, string? Key, byte IgnoreIndex)
{
    public static TrainingColumns Of(SparseRefinementOptions options) => new(
        options.ImageColumnName,
        [options.LogitsColumnName, .. options.FurtherLogitsColumnNames],
        options.LabelColumnName,
        null,
        options.SamplingKeyColumnName,
        options.Training.IgnoreIndex);

    public static TrainingColumns Of(SparseExtractionOptions options) => new(
        options.ImageColumnName,
        [options.LogitsColumnName],
        options.LabelColumnName,
        options.SelectionColumnName,
        options.SamplingKeyColumnName,
        options.Training.IgnoreIndex);
}
