using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>The columns that a whole refiner reads and adds.</summary>
internal sealed record SparseRefinementColumns(
    string Image, string Logits, string Output, string? Selection, string? SparseLogits)
{
    public static SparseRefinementColumns Of(SparseRefinementTrainer.Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        return new(
            options.ImageColumnName,
            options.LogitsColumnName,
            options.OutputColumnName,
            options.SelectedColumnName,
            options.SparseLogitsColumnName);
    }

    public IReadOnlyList<MappedColumn> Describe(InputColumns input, int? classes, ClassList? classList)
    {
        ColumnSizes logits = input.RequireLogits(Logits);
        ColumnSizes image = input.RequireImage(Image);
        if (classes is int expected && logits.Classes is int actual and > 0 && expected != actual)
        {
            throw new ArgumentException($"column '{Logits}': expected {expected} classes, got {actual}");
        }

        ClassColors.ThrowUnlessFits(classList, classes ?? logits.Classes);
        string[] needs = [Image, Logits];
        Microsoft.ML.DataViewSchema.Annotations annotations = input.Annotations(Logits);
        List<MappedColumn> columns = [];
        if (Selection is not null)
        {
            columns.Add(new MappedColumn(Selection, ColumnTypes.PixelSelection, needs, ClassAnnotations.ForSelection(image)));
        }

        if (SparseLogits is not null)
        {
            columns.Add(new MappedColumn(
                SparseLogits,
                ColumnTypes.SparseLogits,
                needs,
                ClassAnnotations.ForLogits(classList, annotations, new(logits.Classes, null, null))));
        }

        columns.Add(new MappedColumn(
            Output, ColumnTypes.LabelMap, needs, ClassAnnotations.ForLabels(classList, annotations, image)));
        return columns;
    }
}
