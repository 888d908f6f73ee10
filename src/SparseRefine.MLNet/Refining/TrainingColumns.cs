namespace SparseRefine.MLNet;

/// <summary>The columns that training reads, and the label that does not count.</summary>
internal sealed record TrainingColumns(
    string Image, IReadOnlyList<string> Logits, string Label, string? Selection, byte IgnoreIndex)
{
    /// <summary>The column of a teacher's logits, beside which rows need no labels; null: none.</summary>
    public string? Teacher { get; init; }

    public static TrainingColumns Of(SparseRefinementTrainer.Options options) => new(
        options.ImageColumnName,
        [options.LogitsColumnName, .. options.FurtherLogitsColumnNames],
        options.LabelColumnName,
        null,
        options.IgnoreIndex)
    {
        Teacher = options.TeacherLogitsColumnName,
    };

    public static TrainingColumns Of(SparseExtractionTrainer.Options options) => new(
        options.ImageColumnName,
        [options.LogitsColumnName],
        options.LabelColumnName,
        options.SelectedColumnName,
        options.IgnoreIndex);
}
