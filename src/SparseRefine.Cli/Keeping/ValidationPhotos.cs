using Microsoft.ML.Data;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.MLNet;
using Spectre.Console;
using ConfusionMatrix = SparseRefine.Metrics.ConfusionMatrix;

namespace SparseRefine.Cli.Keeping;

/// <summary>
/// The photos that answers are compared on, several times over: with their labels, and where they have none with the teacher's classes. One photo is in memory at a time.
/// </summary>
/// <param name="console">Told what photos hold beyond what is read.</param>
/// <param name="rows">The photos.</param>
/// <param name="reading">How labels are read.</param>
internal sealed class ValidationPhotos(IAnsiConsole console, IReadOnlyList<LabelledPhoto> rows, LabelReading reading)
{
    private readonly PhotoRemark _remark = new(console);

    /// <summary>The teacher's answers; null: all photos have labels, and nothing is compared with a teacher.</summary>
    public TeacherWorkspace? Teacher { get; init; }

    /// <summary>Number of photos.</summary>
    public int Count => rows.Count;

    /// <summary>Goes over the photos.</summary>
    /// <param name="steps">Told of each.</param>
    /// <param name="cancellation">Looked at before each.</param>
    /// <param name="use">Gets the photo and its truth.</param>
    public void Visit(Steps steps, CancellationToken cancellation, Action<ImageView, LabelMap> use) =>
        Visit(steps, cancellation, (i, photo) => use(photo, Truth(i, photo, cancellation)));

    /// <summary>Compares the teacher with the truth.</summary>
    /// <param name="steps">Told of each photo.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="cancellation">Looked at before each photo.</param>
    public TeacherFacts ScoreTeacher(Steps steps, int classes, CancellationToken cancellation)
    {
        ConfusionMatrix scores = new(classes);
        Visit(steps, cancellation, (i, photo) =>
            scores.Add(Truth(i, photo, cancellation), Teacher!.Label(photo, cancellation), reading.IgnoreIndex));
        double[] times = [.. Teacher!.Runs.Skip(Teacher.Runs.Count > 1 ? 1 : 0).Select(run => run.TotalMilliseconds)];
        return new TeacherFacts(scores.MeanIoU, times.Length == 0 ? double.NaN : times.Average());
    }

    private void Visit(Steps steps, CancellationToken cancellation, Action<int, ImageView> use)
    {
        int next = 0;
        foreach (LabelledPhoto photo in steps.Over(rows, cancellation))
        {
            using MLImage decoded = PhotoReader.Read(photo.ImagePath, remark: _remark.Tell);
            use(next++, decoded.AsView());
        }
    }

    private LabelMap Truth(int i, ImageView photo, CancellationToken cancellation) =>
        rows[i].LabelPath.Length > 0 ? rows[i].ReadLabels(reading) : Teacher!.Label(photo, cancellation);
}
