namespace SparseRefine.MLNet;

/// <summary>The columns of a sparse extraction.</summary>
internal sealed record SparseExtractionColumns(string Image, string Logits, string Selection, string Output)
{
    public MappedColumn Describe(InputColumns input, int? classes)
    {
        input.RequireImage(Image);
        input.RequireSelection(Selection);
        ColumnSizes logits = input.RequireLogits(Logits);
        return classes is int expected && logits.Classes is int actual and > 0 && expected != actual
            ? throw new ArgumentException($"column '{Logits}': expected {expected} classes, got {actual}")
            : new MappedColumn(
                Output,
                ColumnTypes.SparseLogits,
                [Image, Logits, Selection],
                ClassAnnotations.ForLogits(null, input.Annotations(Logits), new(logits.Classes, null, null)));
    }
}
