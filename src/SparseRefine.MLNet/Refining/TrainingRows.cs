using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// A data view's labelled photos, copied into memory in one pass; their selections where a column is named; the key of each row.
/// </summary>
internal sealed record TrainingRows(
    IReadOnlyList<TrainingExample> Examples,
    IReadOnlyList<PixelSelection> Selections,
    IReadOnlyList<string> Keys,
    int Classes)
{
    public static TrainingRows Read(IDataView data, TrainingColumns columns, int? classes, CancellationToken cancellation)
    {
        DataViewSchema schema = data.Schema;
        DataViewSchema.Column image = schema[columns.Image];
        DataViewSchema.Column label = schema[columns.Label];
        DataViewSchema.Column[] logits = [.. columns.Logits.Select(name => schema[name])];
        DataViewSchema.Column? selection = columns.Selection is null ? null : schema[columns.Selection];
        DataViewSchema.Column? key = RowKeys.Column(schema, columns.Key);
        List<DataViewSchema.Column> needed = [image, label, .. logits];
        needed.AddRange(new[] { selection, key }.OfType<DataViewSchema.Column>());
        List<TrainingExample> examples = [];
        List<PixelSelection> selections = [];
        List<string> keys = [];
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        SharedImage photos = SharedImage.Of(cursor, image);
        ValueGetter<LogitMap>[] readLogits = [.. logits.Select(cursor.GetGetter<LogitMap>)];
        ValueGetter<LabelMap> readLabels = cursor.GetGetter<LabelMap>(label);
        ValueGetter<PixelSelection>? readSelection =
            selection is DataViewSchema.Column column ? cursor.GetGetter<PixelSelection>(column) : null;
        Func<string> readKey = RowKeys.Reader(cursor, key);
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            LabelMap labels = null!;
            readLabels(ref labels);
            var maps = new LogitMap[logits.Length];
            for (int i = 0; i < maps.Length; i++)
            {
                readLogits[i](ref maps[i]);
                Rows.Present(maps[i], columns.Logits[i]);
            }

            MLImage photo = Images.Present(photos.Value, columns.Image);
            string name = Images.Name(photo, $"row {cursor.Position}");
            ThrowUnlessFits(name, photo, Rows.Present(labels, columns.Label), maps, columns.IgnoreIndex, ref classes);
            examples.Add(new TrainingExample(name, Copy(Images.View(photo, columns.Image)), labels, maps));
            keys.Add(readKey());
            if (readSelection is not null)
            {
                PixelSelection selected = null!;
                readSelection(ref selected);
                selections.Add(Rows.Present(selected, columns.Selection!));
            }
        }

        return examples.Count == 0
            ? throw new ArgumentException("data: expected at least one row, got none")
            : new TrainingRows(examples, selections, keys, classes!.Value);
    }

    private static void ThrowUnlessFits(
        string name, MLImage photo, LabelMap labels, LogitMap[] logits, byte ignoreIndex, ref int? classes)
    {
        if (labels.Height != photo.Height || labels.Width != photo.Width)
        {
            throw new InvalidInputException(
                name, $"a label map of {photo.Height}x{photo.Width}", $"{labels.Height}x{labels.Width}");
        }

        classes ??= logits[0].Classes;
        foreach (LogitMap map in logits)
        {
            if (map.Classes != classes)
            {
                throw new InvalidInputException(name, $"logits of {classes} classes", $"{map.Classes}");
            }
        }

        Rows.ThrowUnlessClasses(labels, classes.Value, ignoreIndex, name);
    }

    /// <summary>Three bytes a pixel: what the trainer reads.</summary>
    private static ImageBuffer Copy(ImageView view)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(view.Height * view.Width * 3));
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
