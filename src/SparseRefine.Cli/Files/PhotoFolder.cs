using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Files;

/// <summary>Finds pictures in folders and pairs them with their labels.</summary>
internal static class PhotoFolder
{
    /// <summary>The pictures of a folder, by name; subfolders and hidden files are left out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="option">The option it came from.</param>
    /// <returns>Paths, sorted by their characters' codes so that every machine sees the same order.</returns>
    /// <exception cref="InvalidInputException">No such folder, or no picture in it.</exception>
    public static IReadOnlyList<string> List(string folder, string option)
    {
        string[] pictures = [.. Entries(folder, option).Where(f => PhotoProbe.IsPhoto(Path.GetFileName(f)))];
        return pictures.Length > 0
            ? pictures
            : throw new InvalidInputException(
                option, $"pictures ({string.Join(' ', PhotoProbe.Extensions.Select(e => e[1..]))}) in {folder}", "none");
    }

    /// <summary>Pairs pictures and label PNGs by file name without extension.</summary>
    /// <param name="images">Folder of pictures.</param>
    /// <param name="imagesOption">The option it came from.</param>
    /// <param name="labels">Folder of index-label PNGs.</param>
    /// <param name="labelsOption">The option it came from.</param>
    /// <returns>The pairs, in order of the pictures' names, and how many files found no partner.</returns>
    /// <exception cref="InvalidInputException">A missing folder, no pair, or two files of one name.</exception>
    public static PhotoPairs Pair(string images, string imagesOption, string labels, string labelsOption)
    {
        IReadOnlyList<string> pictures = List(images, imagesOption);
        Dictionary<string, string> pictureByStem = ByStem(pictures, imagesOption);
        Dictionary<string, string> labelByStem = ByStem(
            Entries(labels, labelsOption).Where(f => Path.GetExtension(f).Equals(".png", StringComparison.OrdinalIgnoreCase)),
            labelsOption);
        List<LabelledPhoto> rows = [];
        foreach (string picture in pictures)
        {
            if (labelByStem.TryGetValue(Path.GetFileNameWithoutExtension(picture), out string? label))
            {
                rows.Add(new LabelledPhoto { ImagePath = picture, LabelPath = label });
            }
        }

        return rows.Count > 0
            ? new PhotoPairs(rows, pictureByStem.Count - rows.Count, labelByStem.Count - rows.Count)
            : throw new InvalidInputException(
                labelsOption,
                $"label PNGs in {labels} with the names of the pictures in {images}",
                $"no pair ({pictures.Count} pictures, {labelByStem.Count} label PNGs)");
    }

    /// <summary>Checks that every picture is whole and that every label map has its picture's size.</summary>
    /// <param name="rows">Pictures, with or without labels.</param>
    /// <param name="maxPixels">Larger pictures are refused.</param>
    /// <exception cref="InvalidInputException">A bad file, named.</exception>
    public static void Check(IReadOnlyList<LabelledPhoto> rows, long maxPixels = PhotoProbe.DefaultMaxPixels)
    {
        foreach (LabelledPhoto row in rows)
        {
            PhotoSize size = PhotoProbe.Read(row.ImagePath, maxPixels);
            if (row.LabelPath.Length > 0 && PhotoProbe.Read(row.LabelPath, maxPixels) is var labels && labels != size)
            {
                throw new InvalidInputException(
                    row.LabelPath, $"{size} as its picture {row.ImagePath}", $"{labels}");
            }
        }
    }

    private static Dictionary<string, string> ByStem(IEnumerable<string> files, string option)
    {
        Dictionary<string, string> byStem = new(StringComparer.Ordinal);
        foreach (string file in files)
        {
            string stem = Path.GetFileNameWithoutExtension(file);
            if (!byStem.TryAdd(stem, file))
            {
                throw new InvalidInputException(
                    option, "one file for each name without extension", $"{byStem[stem]} and {file}");
            }
        }

        return byStem;
    }

    private static IEnumerable<string> Entries(string folder, string option)
    {
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException(
                option, "a folder", $"{(File.Exists(folder) ? "the file " : "nothing at ")}{folder}");
        }

        return Directory.EnumerateFiles(folder)
            .Where(f => !Path.GetFileName(f).StartsWith('.'))
            .Order(StringComparer.Ordinal);
    }
}
