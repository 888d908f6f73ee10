using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>A data view's labelled photos, copied into memory in one pass; their selections where a column is named.</summary>
internal sealed record TrainingRows(
    IReadOnlyList<TrainingExample> Examples, IReadOnlyList<PixelSelection> Selections, int Classes)
{
    public static TrainingRows Read(
        IDataView data, TrainingColumns columns, int? classes, CancellationToken cancellation, string? selectionName = null)
    {
        DataViewSchema.Column imageColumn = data.Schema[columns.Image];
        DataViewSchema.Column logitsColumn = data.Schema[columns.Logits];
        DataViewSchema.Column labelColumn = data.Schema[columns.Label];
        DataViewSchema.Column[] needed = selectionName is null
            ? [imageColumn, logitsColumn, labelColumn]
            : [imageColumn, logitsColumn, labelColumn, data.Schema[selectionName]];
        List<TrainingExample> examples = [];
        List<PixelSelection> selections = [];
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        SharedImage image = RowImages.Of(cursor, imageColumn);
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(logitsColumn);
        ValueGetter<LabelMap> readLabels = cursor.GetGetter<LabelMap>(labelColumn);
        ValueGetter<PixelSelection>? readSelection =
            selectionName is null ? null : cursor.GetGetter<PixelSelection>(needed[3]);
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            LabelMap labels = null!;
            LogitMap logits = null!;
            readLabels(ref labels);
            readLogits(ref logits);
            MLImage photo = Images.Present(image.Value, columns.Image);
            string name = Images.Name(photo, $"row {cursor.Position}");
            ThrowUnlessFits(
                name, photo, Rows.Present(labels, columns.Label), logits, columns.IgnoreIndex, ref classes);
            examples.Add(new TrainingExample(name, Copy(Images.View(photo, columns.Image)), labels, logits));
            if (readSelection is not null)
            {
                PixelSelection selection = null!;
                readSelection(ref selection);
                selections.Add(Rows.Present(selection, selectionName!));
            }
        }

        return examples.Count == 0
            ? throw new ArgumentException("data: expected at least one row, got none")
            : new TrainingRows(examples, selections, classes!.Value);
    }

    private static void ThrowUnlessFits(
        string name, MLImage photo, LabelMap labels, LogitMap logits, byte ignoreIndex, ref int? classes)
    {
        if (labels.Height != photo.Height || labels.Width != photo.Width)
        {
            throw new InvalidInputException(
                $"{name}: expected a label map of {photo.Height}x{photo.Width}, got {labels.Height}x{labels.Width}");
        }

        classes ??= logits.Classes;
        if (logits.Classes != classes)
        {
            throw new InvalidInputException($"{name}: expected logits of {classes} classes, got {logits.Classes}");
        }

        LabelChecks.ThrowUnlessClasses(labels, logits.Classes, ignoreIndex, name);
    }

    /// <summary>Three bytes a pixel: what the trainer reads.</summary>
    private static ImageBuffer Copy(ImageView view)
    {
        byte[] pixels = new byte[checked(view.Height * view.Width * 3)];
        ReadOnlySpan<byte> source = view.Pixels;
        int red = view.RedOffset;
        int blue = view.BlueOffset;
        for (int i = 0, from = 0; i < pixels.Length; i += 3, from += 4)
        {
            pixels[i] = source[from + red];
            pixels[i + 1] = source[from + 1];
            pixels[i + 2] = source[from + blue];
        }

        return new ImageBuffer(pixels, view.Height, view.Width, PixelOrder.Rgb24);
    }
}
