using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace SparseRefine.MLNet;

/// <summary>Tells a context's log what photos hold beyond their images: once, since a folder of such photos says the same of each. Thread-safe.</summary>
/// <param name="context">Whose log is told.</param>
internal sealed class PhotoRemarks(MLContext context)
{
    private bool _isTold;

    /// <summary>Takes a remark of <see cref="PhotoReader"/>.</summary>
    public void Tell(string remark)
    {
        if (!Interlocked.Exchange(ref _isTold, true))
        {
            using IChannel channel = ((IHostEnvironment)context).Start("Photos");
            channel.Warning(MessageSensitivity.None, "{0} (said once)", remark);
        }
    }
}
