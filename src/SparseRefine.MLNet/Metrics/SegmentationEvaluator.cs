using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Metrics;
using ConfusionMatrix = SparseRefine.Metrics.ConfusionMatrix;

namespace SparseRefine.MLNet;

/// <summary>Compares two label map columns.</summary>
internal static class SegmentationEvaluator
{
    public static SemanticSegmentationMetrics Evaluate(
        IDataView data, string labelColumn, string predictedColumn, SemanticSegmentationEvaluationOptions options)
    {
        InputColumns input = InputColumns.Of(data.Schema);
        input.RequireLabels(labelColumn);
        input.RequireLabels(predictedColumn);
        DataViewSchema.Column truthColumn = data.Schema[labelColumn];
        DataViewSchema.Column guessColumn = data.Schema[predictedColumn];
        IReadOnlyList<string>? names = options.ClassList?.Names ?? Names(guessColumn) ?? Names(truthColumn);
        int? classes = options.Classes ?? names?.Count;

        // Without a number of classes, 255 are counted and shown up to the highest that occurs: absent ones change no mean.
        var matrix = new ConfusionMatrix(classes ?? ClassList.MaxCount);
        BoundaryIoU? boundary = options.BoundaryIoU
            ? new BoundaryIoU(classes ?? ClassList.MaxCount, options.BoundaryWidth)
            : null;
        int images = 0;

        // Rows of labelled photos know the file that an error must name.
        DataViewSchema.Column? paths = data.Schema.GetColumnOrNull(nameof(LabelledPhoto.LabelPath)) is { Type: TextDataViewType } column ? column : null;
        using DataViewRowCursor cursor = data.GetRowCursor([truthColumn, guessColumn, .. paths is { } read ? [read] : Array.Empty<DataViewSchema.Column>()]);
        ValueGetter<ReadOnlyMemory<char>>? readPath = paths is { } path ? cursor.GetGetter<ReadOnlyMemory<char>>(path) : null;
        ValueGetter<LabelMap> readTruth = cursor.GetGetter<LabelMap>(truthColumn);
        ValueGetter<LabelMap> readGuess = cursor.GetGetter<LabelMap>(guessColumn);
        while (cursor.MoveNext())
        {
            LabelMap truth = null!;
            LabelMap guess = null!;
            readTruth(ref truth);
            readGuess(ref guess);
            ReadOnlyMemory<char> file = default;
            readPath?.Invoke(ref file);
            ThrowUnlessComparable(
                file.IsEmpty ? $"row {cursor.Position}" : file.ToString(),
                Rows.Present(truth, labelColumn), Rows.Present(guess, predictedColumn), matrix.Classes, options.IgnoreIndex);
            matrix.Add(truth, guess, options.IgnoreIndex);
            boundary?.Add(truth, guess, options.IgnoreIndex);
            images++;
        }

        if (images == 0)
        {
            throw new ArgumentException("data: expected at least one row, got none");
        }

        ThrowUnlessAny(matrix, options.IgnoreIndex);
        int shown = classes ?? HighestClass(matrix) + 1;
        return new SemanticSegmentationMetrics(matrix, shown, images, names ?? Indices(shown), boundary);
    }

    /// <summary>What classes without names are called.</summary>
    public static IReadOnlyList<string> Indices(int classes) =>
        [.. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Refuses an evaluation over nothing, whose mean over no class would read as a score.</summary>
    public static void ThrowUnlessAny(ConfusionMatrix matrix, byte ignoreIndex)
    {
        if (matrix.Total == 0)
        {
            throw new InvalidInputException("labels", "at least one labelled pixel", $"only label {ignoreIndex} (ignored)");
        }
    }

    public static void ThrowUnlessComparable(string row, LabelMap truth, LabelMap guess, int classes, byte ignoreIndex)
    {
        if (truth.Height != guess.Height || truth.Width != guess.Width)
        {
            throw new InvalidInputException(
                row, $"a label map of {guess.Height}x{guess.Width}", $"{truth.Height}x{truth.Width}");
        }

        Rows.ThrowUnlessClasses(truth, classes, ignoreIndex, row);
        for (int i = 0; i < guess.Labels.Length; i++)
        {
            if (guess.Labels[i] >= classes && truth.Labels[i] != ignoreIndex)
            {
                throw new InvalidInputException(
                    row, $"predicted class ids 0 to {classes - 1}", $"{guess.Labels[i]}");
            }
        }
    }

    public static IReadOnlyList<string>? Names(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is null)
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue("KeyValues", ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static int HighestClass(ConfusionMatrix matrix)
    {
        int highest = 1;
        for (int t = 0; t < matrix.Classes; t++)
        {
            for (int p = 0; p < matrix.Classes; p++)
            {
                highest = matrix[t, p] > 0 ? Math.Max(highest, Math.Max(t, p)) : highest;
            }
        }

        return highest;
    }
}
