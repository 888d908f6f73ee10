using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Cli.Reports;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using Spectre.Console;
using ConfusionMatrix = SparseRefine.Metrics.ConfusionMatrix;

namespace SparseRefine.Cli.Keeping;

/// <summary>
/// The photos that answers are compared on, several times over: with their labels, and where they have none with the teacher's classes. The teacher runs once a photo; its classes are
/// kept as index PNG files. One photo is in memory at a time.
/// </summary>
/// <param name="console">Told what photos hold beyond what is read.</param>
/// <param name="rows">The photos.</param>
/// <param name="reading">How labels are read.</param>
internal sealed class ValidationPhotos(IAnsiConsole console, IReadOnlyList<LabelledPhoto> rows, LabelReading reading) : IDisposable
{
    private readonly PhotoRemark _remark = new(console);
    private readonly Workers _workers = new(0);
    private string? _temporary;

    /// <summary>The teacher; null: all photos have labels, and nothing is compared with a teacher.</summary>
    public DenseModel? Teacher { get; init; }

    /// <summary>Folder of the teacher's classes of these photos; null: a temporary one.</summary>
    public string? Folder { get; init; }

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
        List<double> times = [];
        Visit(steps, cancellation, (i, photo) =>
        {
            long start = Stopwatch.GetTimestamp();
            bool isKept = File.Exists(PathOf(i));
            LabelMap answer = Taught(i, photo, cancellation);
            if (!isKept)
            {
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            scores.Add(Truth(i, photo, cancellation), answer, reading.IgnoreIndex);
        });
        return new TeacherFacts(scores.MeanIoU, times.Count == 0 ? double.NaN : times.Skip(times.Count > 1 ? 1 : 0).Average());
    }

    public void Dispose()
    {
        if (_temporary is not null)
        {
            Directory.Delete(_temporary, recursive: true);
        }
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
        rows[i].LabelPath.Length > 0 ? rows[i].ReadLabels(reading) : Taught(i, photo, cancellation);

    private LabelMap Taught(int i, ImageView photo, CancellationToken cancellation)
    {
        string path = PathOf(i);
        if (File.Exists(path))
        {
            return IndexPng.Read(path);
        }

        LabelMap answer = Teacher!.Run(photo, cancellation).ToLabels(photo.Height, photo.Width, workers: _workers);
        IndexPng.Write(answer, path);
        return answer;
    }

    private string PathOf(int i) => Path.Combine(Folder ?? (_temporary ??= Directory.CreateTempSubdirectory("sparserefine-teacher-").FullName), $"teacher-{i}.png");
}
