using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>A data view's labelled photos, copied into memory in one pass.</summary>
internal sealed record TrainingRows(IReadOnlyList<TrainingExample> Examples, int Classes)
{
    public static TrainingRows Read(IDataView data, SparseRefinementOptions options, int? classes)
    {
        DataViewSchema.Column imageColumn = data.Schema[options.ImageColumnName];
        DataViewSchema.Column logitsColumn = data.Schema[options.LogitsColumnName];
        DataViewSchema.Column labelColumn = data.Schema[options.LabelColumnName];
        List<TrainingExample> examples = [];
        using DataViewRowCursor cursor = data.GetRowCursor([imageColumn, logitsColumn, labelColumn]);
        SharedImage image = cursor is IScopedRow ours && imageColumn.Index < ours.Scope.InputColumnCount
            ? ours.Scope.Image(imageColumn.Name)
            : new SharedImage(cursor, cursor.GetGetter<MLImage>(imageColumn));
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(logitsColumn);
        ValueGetter<LabelMap> readLabels = cursor.GetGetter<LabelMap>(labelColumn);
        while (cursor.MoveNext())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            LabelMap labels = null!;
            LogitMap logits = null!;
            readLabels(ref labels);
            readLogits(ref logits);
            MLImage photo = Images.Present(image.Value, options.ImageColumnName);
            string name = string.IsNullOrEmpty(photo.Tag) ? $"row {cursor.Position}" : photo.Tag;
            ThrowUnlessFits(name, photo, Rows.Present(labels, options.LabelColumnName), logits, options, ref classes);
            examples.Add(new TrainingExample(name, Copy(Images.View(photo, options.ImageColumnName)), labels, logits));
        }

        return examples.Count == 0
            ? throw new ArgumentException("data: expected at least one row, got none")
            : new TrainingRows(examples, classes!.Value);
    }

    private static void ThrowUnlessFits(
        string name, MLImage photo, LabelMap labels, LogitMap logits, SparseRefinementOptions options, ref int? classes)
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

        LabelChecks.ThrowUnlessClasses(labels, logits.Classes, options.Training.IgnoreIndex, name);
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
