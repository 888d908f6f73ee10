using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>The columns that a whole refiner reads and adds.</summary>
internal sealed record SparseRefinementColumns(
    string Image, string Logits, string Output, string? Selection, string? SparseLogits)
{
    public static SparseRefinementColumns Of(SparseRefinementOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        return new(
            options.ImageColumnName,
            options.LogitsColumnName,
            options.OutputColumnName,
            options.SelectionColumnName,
            options.SparseLogitsColumnName);
    }

    public IReadOnlyList<MappedColumn> Describe(InputColumns input, int? classes, ClassList? classList)
    {
        LogitMapDataViewType logits = input.RequireLogits(Logits);
        var image = input.RequireImage(Image);
        if (classes is int expected && logits.Classes is int actual && expected != actual)
        {
            throw new ArgumentException($"column '{Logits}': expected {expected} classes, got {actual}");
        }

        ClassColors.ThrowUnlessFits(classList, classes ?? logits.Classes);
        bool isSized = image.Height > 0 && image.Width > 0;
        int? height = isSized ? image.Height : null;
        int? width = isSized ? image.Width : null;
        string[] needs = [Image, Logits];
        Microsoft.ML.DataViewSchema.Annotations annotations = input.Annotations(Logits);
        List<MappedColumn> columns = [];
        if (Selection is not null)
        {
            columns.Add(new MappedColumn(Selection, new PixelSelectionDataViewType(height, width), needs));
        }

        if (SparseLogits is not null)
        {
            columns.Add(new MappedColumn(
                SparseLogits,
                new SparseLogitsDataViewType(logits.Classes),
                needs,
                ClassAnnotations.ForLogits(classList, annotations)));
        }

        columns.Add(new MappedColumn(
            Output, new LabelMapDataViewType(height, width), needs, ClassAnnotations.ForLabels(classList, annotations)));
        return columns;
    }
}
