using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Makes examples of a cursor's rows, checked and with pixels of their own, since an image is valid on its row only.</summary>
/// <param name="columns">Where everything stands.</param>
/// <param name="classes">Number of classes; null: those of the first logits that are read.</param>
/// <param name="teacher">Where a teacher's answers come from; null: there is no teacher, and each row has labels.</param>
internal sealed class TrainingExamples(TrainingColumns columns, int? classes, TeacherAnswers? teacher = null)
{
    /// <summary>Number of classes.</summary>
    public int Classes => classes!.Value;

    public IReadOnlyList<string> Columns =>
        [columns.Image, columns.Label, .. columns.Logits, .. new[] { columns.Selection, columns.Teacher }.OfType<string>()];

    public Func<TrainingExample> Bind(DataViewRowCursor cursor)
    {
        SharedImage photos = SharedImage.Of(cursor, cursor.Schema[columns.Image]);
        ValueGetter<LogitMap>[] readLogits = [.. columns.Logits.Select(name => cursor.GetGetter<LogitMap>(cursor.Schema[name]))];
        ValueGetter<LabelMap>? readLabels = cursor.Schema.GetColumnOrNull(columns.Label) is DataViewSchema.Column label ? cursor.GetGetter<LabelMap>(label) : null;
        Func<string, ImageBuffer, TeacherMap>? readTeacher = teacher?.Bind(cursor);
        return () =>
        {
            LabelMap labels = null!;
            readLabels?.Invoke(ref labels);
            var maps = new LogitMap[readLogits.Length];
            for (int i = 0; i < maps.Length; i++)
            {
                readLogits[i](ref maps[i]);
                Rows.Present(maps[i], columns.Logits[i]);
            }

            MLImage photo = Images.Present(photos.Value, columns.Image);
            string name = Images.Name(photo, $"row {cursor.Position}");
            if (readTeacher is null || labels is not null)
            {
                ThrowUnlessFits(name, photo, Rows.Present(labels, columns.Label));
            }

            ThrowUnlessClasses(name, maps.Select(map => map.Classes), "logits");
            if (labels is not null)
            {
                Rows.ThrowUnlessClasses(labels, Classes, columns.IgnoreIndex, name);
            }

            ImageBuffer pixels = Images.Copy(Images.View(photo, columns.Image));
            if (readTeacher is null)
            {
                return new TrainingExample(name, pixels, labels!, maps);
            }

            TeacherMap answer = readTeacher(name, pixels);
            ThrowUnlessClasses(name, [answer.Classes], "a teacher's logits");
            return new TrainingExample(name, pixels, labels ?? answer.ToLabels(pixels.Height, pixels.Width, teacher!.Workers), maps)
            {
                Teacher = answer,
                IsLabelled = labels is not null,
            };
        };
    }

    /// <summary>The same with the selection of the row.</summary>
    public Func<SelectedExample> BindSelected(DataViewRowCursor cursor)
    {
        Func<TrainingExample> read = Bind(cursor);
        ValueGetter<PixelSelection> readSelection = cursor.GetGetter<PixelSelection>(cursor.Schema[columns.Selection!]);
        return () =>
        {
            PixelSelection selection = null!;
            readSelection(ref selection);
            return new SelectedExample(read(), Rows.Present(selection, columns.Selection!));
        };
    }

    private static void ThrowUnlessFits(string name, MLImage photo, LabelMap labels)
    {
        if (labels.Height != photo.Height || labels.Width != photo.Width)
        {
            throw new InvalidInputException(
                name, $"a label map of {photo.Height}x{photo.Width}", $"{labels.Height}x{labels.Width}");
        }
    }

    private void ThrowUnlessClasses(string name, IEnumerable<int> counts, string what)
    {
        foreach (int count in counts)
        {
            classes ??= count;
            if (count != classes)
            {
                throw new InvalidInputException(name, $"{what} of {classes} classes", $"{count}");
            }
        }
    }
}
