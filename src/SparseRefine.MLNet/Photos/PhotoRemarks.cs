using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace SparseRefine.MLNet;

/// <summary>Tells a context's log what a user should know of photos. Thread-safe.</summary>
/// <param name="context">Whose log is told.</param>
internal sealed class PhotoRemarks(MLContext context)
{
    private readonly ConcurrentDictionary<string, bool> _skipped = new();
    private bool _isTold;

    /// <summary>Takes a remark of <see cref="PhotoReader"/> about what a photo holds beyond its image: only the first, since a folder of such photos says the same of each.</summary>
    public void Tell(string remark)
    {
        if (!Interlocked.Exchange(ref _isTold, true))
        {
            Warn($"{remark} (said once)");
        }
    }

    /// <summary>Takes why a row was left out: once for each photo, however often the rows are read.</summary>
    public void Skipped(string error)
    {
        if (_skipped.TryAdd(error, true))
        {
            Warn($"{error}; the row is left out");
        }
    }

    private void Warn(string text)
    {
        using IChannel channel = ((IHostEnvironment)context).Start("Photos");
        channel.Warning(MessageSensitivity.None, "{0}", text);
    }
}
