namespace SparseRefine.Batch.Tests;

/// <summary>A small fitted pipeline of two classes that refines three tenths of the pixels, made once for the tests of jobs.</summary>
public sealed class JobModel : IDisposable
{
    private readonly TestFolder _folder = new();

    public JobModel() => TinyPipeline.SaveStriped(File, _folder.Root);

    public string File => _folder["fitted.sparserefine"];

    public void Dispose() => _folder.Dispose();
}
