using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Gives the photos of a watched folder their output files, each file to one photo. Not thread-safe.</summary>
/// <param name="watched">The watched folder; null for a store.</param>
/// <param name="output">The output folder, full path, or the address of the results.</param>
/// <param name="results">The files for each photo.</param>
/// <param name="rule">Which names are one.</param>
/// <param name="reserved">The keys of the files that the journal names, sealed.</param>
internal sealed class WatchedNames(FileStatus? watched, string output, ScoringResults results, NameRule rule, IdSet reserved)
{
    private readonly IdSet _owners = Sealed();

    /// <summary>Reserves a photo's output files.</summary>
    /// <param name="item">A photo that is about to be scored, also one that had its files before.</param>
    /// <returns>The photo, with a problem where it cannot have them.</returns>
    public WorkItem Claim(WorkItem item)
    {
        item = PhotoNames.Examined(item, output);
        if (item.Problem is not null || _owners.Contains(item.Id))
        {
            return item;
        }

        string[] names = [.. results.Names(item.Id)];
        if (Array.Find(names, name => reserved.Contains(rule.Key(name))) is string taken)
        {
            return item with { Problem = $"{item.Path}: expected one photo for each output file, got a second one for {taken}" };
        }

        if (Array.Find(names, name => watched is FileStatus folder && !StoreAddress.IsAddress(output) && IsInput(folder, Path.Combine(output, name))) is string input)
        {
            return item with { Problem = $"{item.Path}: expected an output folder where no photo is overwritten, got a link to {input} of the watched folder" };
        }

        _owners.AddLater(item.Id);
        Array.ForEach(names, name => reserved.AddLater(rule.Key(name)));
        return item;
    }

    private static IdSet Sealed()
    {
        IdSet ids = new();
        ids.Seal();
        return ids;
    }

    // Whether a result would lie in the watched folder and not in the output folder: a link within the output folder leads there.
    private bool IsInput(FileStatus input, string path)
    {
        string? folder = Path.GetDirectoryName(path);
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        // The folders above by "..", which goes where the folder lies, not where its path says.
        FileStatus? own = FileStatus.Of(output);
        FileStatus? below = null;
        for (FileStatus? at = folder is null || own is null ? null : FileStatus.Of(folder); at is FileStatus here && !(below?.IsSame(here) ?? false); at = FileStatus.Of(folder))
        {
            if (own?.IsSame(here) == true)
            {
                return false;
            }

            if (input.IsSame(here))
            {
                return true;
            }

            below = here;
            folder += "/..";
        }

        return false;
    }
}
