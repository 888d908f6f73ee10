using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// A teacher's answers for the rows of a fit, out of a folder where they are kept, else out of the teacher's column, which runs it. The workspace keeps those of a
/// column that tells which model fills it (<see cref="ClassAnnotations.Model"/>); those of another one are kept until the fit ends.
/// </summary>
/// <param name="column">The column of the teacher's logits.</param>
/// <param name="workspace">Folder of the fit; null: nothing outlives it.</param>
/// <param name="workers">Threads.</param>
internal sealed class TeacherAnswers(string column, string? workspace, Workers workers) : IDisposable
{
    private readonly TeacherStore _temporary = new(null);
    private readonly TeacherStore? _kept = workspace is null ? null : Store(workspace);

    public string Column => column;

    public Workers Workers => workers;

    /// <summary>Told of each answer; null: nobody.</summary>
    public Action<TeacherReport>? Callback { get; set; }

    /// <summary>Reads the answer for the photo of the row that a cursor stands on.</summary>
    public Func<string, ImageBuffer, TeacherMap> Bind(DataViewRowCursor cursor)
    {
        DataViewSchema.Column from = cursor.Schema[column];
        ValueGetter<LogitMap> read = cursor.GetGetter<LogitMap>(from);
        string? model = ClassAnnotations.Model(from.Annotations);
        TeacherStore store = model is null ? _temporary : _kept ?? _temporary;
        return (name, photo) =>
        {
            long start = Stopwatch.GetTimestamp();
            (TeacherMap map, bool isKept) = store.Get(Key(model ?? $"{cursor.Position}", photo), () =>
            {
                LogitMap logits = null!;
                read(ref logits);
                return TeacherMap.Of(Rows.Present(logits, column), workers);
            });
            Callback?.Invoke(new TeacherReport(name, isKept, map.Bytes, Stopwatch.GetElapsedTime(start)));
            return map;
        };
    }

    public void Dispose()
    {
        _temporary.Dispose();
        _kept?.Dispose();
    }

    /// <summary>The store of a workspace.</summary>
    internal static TeacherStore Store(string? workspace) => new(workspace is null ? null : Path.Combine(workspace, "teacher"));

    /// <summary>What an answer is kept under.</summary>
    internal static string Key(string model, ImageBuffer photo)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(model));
        hash.AppendData(MemoryMarshal.AsBytes<int>([photo.Height, photo.Width]));
        hash.AppendData(photo.Pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
