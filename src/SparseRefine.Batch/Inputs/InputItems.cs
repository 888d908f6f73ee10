using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>All photos that a job's inputs name, one at a time, ids checked.</summary>
internal static class InputItems
{
    private static string Endings => string.Join(' ', PhotoProbe.Extensions.Select(ending => ending[1..]));

    /// <summary>Lists them. Can be read once where the inputs have a reader.</summary>
    /// <param name="inputs">Where from.</param>
    /// <param name="output">The output, whose photos are none of the input: a folder's full path, or an address.</param>
    /// <param name="files">Opens lists and stores; null where no address can be given.</param>
    /// <returns>The photos.</returns>
    /// <exception cref="InvalidInputException">No such file or folder, no photo, or a bad list.</exception>
    public static IEnumerable<WorkItem> Read(ScoringInputs inputs, string output, JobFiles? files = null)
    {
        files ??= new JobFiles(null);
        if (inputs.Paths.Count == 0 && inputs.List is null && inputs.Reader is null)
        {
            throw new InvalidInputException("inputs", "folders, files or a list of photos", "none");
        }

        IEnumerable<WorkItem> items = inputs.Paths.SelectMany(path => StoreAddress.IsAddress(path) ? OfAddress(path, output, files) : OfPath(path, output));
        string root = inputs.Root is string given && StoreAddress.IsAddress(given) ? StoreAddress.Parse(given).ToString() : Path.GetFullPath(inputs.Root ?? ".");
        if (inputs.List is string list)
        {
            items = items.Concat(OfList(list, root, inputs.IsNulDivided, files).Select(PhotoNames.Spelled));
        }

        if (inputs.Reader is TextReader reader)
        {
            items = items.Concat(InputList.Read(reader, "standard input", root, inputs.IsNulDivided).Select(PhotoNames.Spelled));
        }

        return items.Select(item =>
        {
            if (item.Problem is null)
            {
                PhotoNames.Check(item);
            }

            return PhotoNames.Examined(item, output);
        });
    }

    private static IEnumerable<WorkItem> OfPath(string path, string output)
    {
        if (Directory.Exists(path))
        {
            if (FileStatus.AreSame(path, output))
            {
                throw new InvalidInputException(path, "an output folder other than the input folder", "the same folder");
            }

            return SomeOf(FolderScan.Photos(path, output), path, $"a folder with photos ({Endings})");
        }

        if (FolderScan.IsPattern(path))
        {
            return SomeOf(FolderScan.Matching(path, output), path, "files that fit the pattern");
        }

        return File.Exists(path)
            ? [new WorkItem(Path.GetFileName(path), Path.GetFullPath(path))]
            : throw new InvalidInputException(path, "a photo or a folder of photos", "no such file");
    }

    // A name with a photo's extension is an object, all else the begin of keys.
    private static IEnumerable<WorkItem> OfAddress(string path, string output, JobFiles files)
    {
        StoreAddress address = StoreAddress.Parse(path);
        if (address.Prefix.AsSpan().ContainsAny('*', '?'))
        {
            return SomeOf(StoreScan.Matching(files, address, output), path, "photos that fit the pattern");
        }

        string name = address.Prefix[(address.Prefix.LastIndexOf('/') + 1)..];
        return PhotoProbe.IsPhoto(name) && files.Status(path) is not null
            ? [new WorkItem(name, address.ToString())]
            : SomeOf(StoreScan.Photos(files, address, output).Select(photo => photo.Item), path, $"photos ({Endings})");
    }

    private static IEnumerable<WorkItem> OfList(string list, string root, bool isNulDivided, JobFiles files)
    {
        if (StoreAddress.IsAddress(list))
        {
            return Lines(list, root, isNulDivided, files);
        }

        if (!File.Exists(list))
        {
            throw new InvalidInputException(list, "a list of photos", $"{(Directory.Exists(list) ? "a folder" : "no such file")}");
        }

        // A pipe ends with its writer, a device such as /dev/zero may never.
        return FileStatus.Of(list)?.Kind == FileKind.Device
            ? throw new InvalidInputException(list, "a list of photos", "a device")
            : Lines(list, root, isNulDivided, files);
    }

    private static IEnumerable<WorkItem> Lines(string list, string root, bool isNulDivided, JobFiles files)
    {
        using StreamReader reader = Reader(list, files);
        foreach (WorkItem item in InputList.Read(reader, list, root, isNulDivided))
        {
            yield return item;
        }
    }

    private static StreamReader Reader(string list, JobFiles files)
    {
        try
        {
            return new StreamReader(files.Open(list));
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException(list, "a list of photos", "no such object", e);
        }
    }

    private static IEnumerable<WorkItem> SomeOf(IEnumerable<WorkItem> items, string path, string expected)
    {
        bool isEmpty = true;
        foreach (WorkItem item in items)
        {
            isEmpty = false;
            yield return item;
        }

        if (isEmpty)
        {
            throw new InvalidInputException(path, expected, "none");
        }
    }
}
