using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>Finds photos in folders and pairs them with their labels.</summary>
public static class PhotoFolder
{
    // What data sets put behind a photo's name, and something else behind its label's: Cityscapes and DeepGlobe.
    private static readonly string[] PhotoSuffixes = ["_leftImg8bit", "_sat"];

    private static readonly string[] LabelEndings = [".png", ".tif", ".tiff"];

    /// <summary>The photos of a folder and its subfolders, by name; hidden files and folders and links to folders are left out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="option">What errors call the folder.</param>
    /// <returns>Paths, sorted by their characters' codes so that every machine sees the same order.</returns>
    /// <exception cref="InvalidInputException">No such folder, or no photo in it.</exception>
    public static IReadOnlyList<string> List(string folder, string option = "images")
    {
        string[] photos = [.. Entries(folder, option).Where(f => PhotoProbe.IsPhoto(Path.GetFileName(f)))];
        return photos.Length > 0
            ? photos
            : throw new InvalidInputException(
                option, $"photos ({string.Join(' ', PhotoProbe.Extensions.Select(e => e[1..]))}) in {folder}", "none");
    }

    /// <summary>Pairs photos and label files by their paths within the folders, without extension.</summary>
    /// <param name="images">Folder of photos.</param>
    /// <param name="labels">Folder of index-label files.</param>
    /// <returns>The pairs, in order of the photos' names, and how many files found no partner.</returns>
    /// <exception cref="InvalidInputException">A missing folder, no pair, or two files of one name.</exception>
    /// <example><c>IDataView photos = ml.Data.LoadFromEnumerable(PhotoFolder.Pair("train/images", "train/labels").Rows);</c></example>
    public static PhotoPairs Pair(string images, string labels) => Pair(images, nameof(images), labels, nameof(labels));

    /// <summary>Pairs photos and label files by their paths within the folders, without extension.</summary>
    /// <param name="images">Folder of photos.</param>
    /// <param name="imagesOption">What errors call it.</param>
    /// <param name="labels">Folder of index-label files.</param>
    /// <param name="labelsOption">What errors call it.</param>
    /// <param name="suffix">What a label's name has behind its photo's; others are no labels.</param>
    /// <param name="areLabelsOptional">Whether photos without a label file are among the rows, without a path of labels.</param>
    /// <returns>The pairs, in order of the photos' names, and how many files found no partner.</returns>
    /// <exception cref="InvalidInputException">A missing folder, no pair, or two files of one name.</exception>
    public static PhotoPairs Pair(string images, string imagesOption, string labels, string labelsOption, string suffix = "", bool areLabelsOptional = false)
    {
        Dictionary<string, string> labelByName = ByName(
            Entries(labels, labelsOption).Where(f => LabelEndings.Any(end => f.EndsWith(suffix + end, StringComparison.OrdinalIgnoreCase))), labels, labelsOption, suffix);

        // Labels may lie in a folder of the photos or beside them.
        HashSet<string> taken = [.. Path.GetFullPath(labels) == Path.GetFullPath(images) && suffix.Length == 0 ? [] : labelByName.Values.Select(Path.GetFullPath)];
        IReadOnlyList<string> photos = [.. List(images, imagesOption).Where(f => !taken.Contains(Path.GetFullPath(f)))];
        Dictionary<string, string> photoByName = ByName(photos, images, imagesOption, "");

        // A name that went through macOS may be spelled with accents apart from their letters on one side only.
        ILookup<string, string> spelled = labelByName.Where(label => !photoByName.ContainsKey(label.Key)).ToLookup(label => NameForm.Composed(label.Key), label => label.Value);
        string? LabelOf(string name) => labelByName.GetValueOrDefault(name) ?? (spelled[NameForm.Composed(name)].ToList() is [string only] ? only : null);
        List<LabelledPhoto> rows = [];
        foreach ((string name, string photo) in photoByName)
        {
            string other = suffix.Length > 0 && PhotoSuffixes.FirstOrDefault(end => name.EndsWith(end, StringComparison.Ordinal)) is string end ? name[..^end.Length] : name;
            if ((LabelOf(name) ?? LabelOf(other)) is string label)
            {
                rows.Add(new LabelledPhoto { ImagePath = photo, LabelPath = label });
            }
        }

        int labelled = rows.Count;
        if (areLabelsOptional)
        {
            HashSet<string> paired = [.. rows.Select(row => row.ImagePath)];
            rows.AddRange(photos.Where(photo => !paired.Contains(photo)).Select(photo => new LabelledPhoto { ImagePath = photo }));
        }

        rows.Sort((a, b) => string.CompareOrdinal(a.ImagePath, b.ImagePath));
        return labelled > 0
            ? new PhotoPairs(rows, photoByName.Count - rows.Count, labelByName.Count - labelled)
            : throw new InvalidInputException(
                labelsOption,
                $"label files (png tif tiff) in {labels} with the names of the photos in {images}{(suffix.Length > 0 ? $" and {suffix}" : "")}",
                $"no pair ({photos.Count} photos, {labelByName.Count} label files{(suffix.Length > 0 ? "" : "; --label-suffix says what labels' names have behind their photos'")})");
    }

    /// <summary>The photos of a folder as rows without labels.</summary>
    /// <param name="images">The folder.</param>
    /// <param name="option">What errors call the folder.</param>
    /// <returns>The rows, in order of the photos' names.</returns>
    /// <exception cref="InvalidInputException">No such folder, or no photo in it.</exception>
    public static PhotoPairs Unlabelled(string images, string option = "images") =>
        new([.. List(images, option).Select(photo => new LabelledPhoto { ImagePath = photo })], 0, 0);

    /// <summary>Checks that every photo is whole and that every label map has its photo's size.</summary>
    /// <param name="rows">Photos, with or without labels.</param>
    /// <param name="maxPixels">Larger photos are refused.</param>
    /// <param name="remark">Told what photos hold beyond what is read.</param>
    /// <exception cref="InvalidInputException">A bad file, named.</exception>
    public static void Check(IReadOnlyList<LabelledPhoto> rows, long maxPixels, Action<string> remark)
    {
        foreach (LabelledPhoto row in rows)
        {
            PhotoSize size = PhotoProbe.Read(row.ImagePath, maxPixels, remark);
            if (row.LabelPath.Length > 0 && PhotoProbe.Read(row.LabelPath, maxPixels) is var labels && labels != size)
            {
                throw new InvalidInputException(
                    row.LabelPath, $"{size} as its photo {row.ImagePath}", $"{labels}");
            }
        }
    }

    private static Dictionary<string, string> ByName(IEnumerable<string> files, string folder, string option, string suffix)
    {
        Dictionary<string, string> byName = new(StringComparer.Ordinal);
        foreach (string file in files)
        {
            string name = Path.ChangeExtension(Path.GetRelativePath(folder, file), null);
            name = name[..^suffix.Length];
            if (!byName.TryAdd(name, file))
            {
                throw new InvalidInputException(
                    option, "one file for each name without extension", $"{byName[name]} and {file}");
            }
        }

        return byName;
    }

    private static IEnumerable<string> Entries(string folder, string option)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(
                option, "a folder", $"{(File.Exists(folder) ? "the file " : "nothing at ")}{folder}");
        }

        return Below(folder).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Below(string folder) => Directory.EnumerateFiles(folder).Where(IsShown).Concat(
        Directory.EnumerateDirectories(folder).Where(f => IsShown(f) && new DirectoryInfo(f).LinkTarget is null).SelectMany(Below));

    private static bool IsShown(string path) => !Path.GetFileName(path).StartsWith('.');
}
