namespace SparseRefine.MLNet;

/// <summary>The columns that training reads, and the label that does not count.</summary>
internal sealed record TrainingColumns(string Image, string Logits, string Label, byte IgnoreIndex)
{
    public static TrainingColumns Of(SparseRefinementOptions options) => new(
        options.ImageColumnName, options.LogitsColumnName, options.LabelColumnName, options.Training.IgnoreIndex);
}
