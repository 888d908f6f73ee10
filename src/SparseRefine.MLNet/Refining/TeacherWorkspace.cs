using System.Diagnostics;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Onnx;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// A teacher's answers in a folder, each made once a photo: the same ones that a fit keeps whose <see cref="SparseRefinementTrainer.Options.TeacherWorkspacePath"/> (else
/// <see cref="RefinementTrainerOptions.WorkspacePath"/>) is that folder, so that neither runs the teacher where the other has. An answer belongs to the photo's pixels, the model's
/// file and how it sees photos. Not thread-safe.
/// </summary>
/// <example>
/// <code>
/// using var teacher = new DenseModel("model.onnx", new DenseModelOptions { Scale = 1, SparesMemory = true });
/// using var answers = new TeacherWorkspace(teacher, "work");
/// using MLImage photo = PhotoReader.Read("photo.jpg");
/// LabelMap labels = answers.Label(photo.AsView());
/// </code>
/// </example>
public sealed class TeacherWorkspace : IDisposable
{
    private readonly DenseModel _teacher;
    private readonly TeacherStore _store;
    private readonly Workers _workers;
    private readonly string _identity;
    private readonly List<TimeSpan> _runs = [];

    /// <param name="teacher">The teacher; the caller disposes it, after this.</param>
    /// <param name="path">The folder, in which <c>teacher</c> holds the answers, made with the first of them; null: a temporary one, which goes with this.</param>
    /// <param name="threads">Threads for what is done beside the teacher's run; 0 means all processors.</param>
    public TeacherWorkspace(DenseModel teacher, string? path = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        _teacher = teacher;
        _workers = new Workers(threads);
        _store = TeacherAnswers.Store(path);
        _identity = DenseSegmentationTransformer.Identify(teacher);
    }

    /// <summary>How long each run of the teacher took, from the photo to the answer that is kept, in the order of the runs; answers that were found count nothing.</summary>
    public IReadOnlyList<TimeSpan> Runs => _runs;

    /// <summary>The teacher's classes of a photo. Where the answer is not there yet, the teacher runs.</summary>
    /// <param name="photo">The photo; not kept.</param>
    /// <param name="cancellation">Ends the run; nothing is kept then.</param>
    /// <returns>A class for each of the photo's pixels.</returns>
    /// <exception cref="InvalidInputException">The model cannot run on the photo, or the folder cannot be written to.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public LabelMap Label(ImageView photo, CancellationToken cancellation = default)
    {
        ImageBuffer pixels = Images.Copy(photo);
        TeacherMap answer = _store.Get(TeacherAnswers.Key(_identity, pixels), () =>
        {
            long start = Stopwatch.GetTimestamp();
            TeacherMap made = TeacherMap.Of(_teacher.Run(pixels.View, cancellation), _workers);
            _runs.Add(Stopwatch.GetElapsedTime(start));
            return made;
        }).Map;
        return answer.ToLabels(photo.Height, photo.Width, _workers);
    }

    /// <summary>Deletes the folder if it is a temporary one.</summary>
    public void Dispose() => _store.Dispose();
}
