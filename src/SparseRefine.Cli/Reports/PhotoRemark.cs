using Microsoft.ML;
using Spectre.Console;

namespace SparseRefine.Cli.Reports;

/// <summary>Says once what photos hold beyond what is read of them: a folder of such photos says the same of each.</summary>
/// <param name="console">Where it is said.</param>
internal sealed class PhotoRemark(IAnsiConsole console)
{
    private bool _isTold;

    /// <summary>Takes a remark of the reader.</summary>
    /// <param name="text">A sentence that names the photo.</param>
    public void Tell(string text)
    {
        if (!Interlocked.Exchange(ref _isTold, true))
        {
            console.WriteLine($"warning: {Printable.Of(text)} (said once)");
        }
    }

    /// <summary>A context whose log says it, for models that read photos themselves.</summary>
    /// <returns>A context with a seed.</returns>
    public MLContext Context()
    {
        MLContext context = new(seed: 1);
        context.Log += (_, e) =>
        {
            if (e.Source.Contains("Photos", StringComparison.Ordinal))
            {
                Tell(e.RawMessage.Replace(" (said once)", "", StringComparison.Ordinal));
            }
        };
        return context;
    }
}
