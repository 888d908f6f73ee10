using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Hands out the photos of a run, one at a time.</summary>
internal interface IWorkSource
{
    /// <summary>Photos of the job or slice, those in the journal included; null where that is not known.</summary>
    long? Total { get; }

    /// <summary>Photos that the journal has already.</summary>
    long Skipped { get; }

    /// <summary>The photos left, in any order. Read once.</summary>
    /// <param name="stop">Ends the waiting for further ones.</param>
    IAsyncEnumerable<WorkItem> Items(CancellationToken stop);

    /// <summary>A photo could not be scored. Called by any thread.</summary>
    /// <param name="item">The photo.</param>
    /// <param name="read">Its file as it was when it was read; null where it was not.</param>
    void Failed(WorkItem item, FileStatus? read)
    {
    }
}
