using SparseRefine.MLNet;
using Spectre.Console;

namespace SparseRefine.Cli.Files;

/// <summary>Reads all label files once before the work, so that a wrong one, or a folder that teaches nothing, is known at once.</summary>
internal static class LabelSurvey
{
    /// <summary>Counts and tells.</summary>
    /// <param name="console">Told the share of ignored pixels and the classes never seen.</param>
    /// <param name="rows">Photos with labels.</param>
    /// <param name="reading">How labels are read.</param>
    /// <param name="option">The option that the labels came from.</param>
    /// <returns>How labels are to be read: masks of 0 and 255 with two classes get their mapping here.</returns>
    /// <exception cref="InvalidInputException">A bad label file, or no label to learn from or to compare with.</exception>
    public static LabelReading Take(IAnsiConsole console, IReadOnlyList<LabelledPhoto> rows, LabelReading reading, string option)
    {
        int classes = reading.ClassList?.Count ?? reading.Classes ?? byte.MaxValue;
        long[] counts = new long[256];
        foreach (LabelledPhoto row in rows)
        {
            foreach (byte id in row.ReadLabels(reading).Labels)
            {
                counts[id]++;
            }
        }

        string Name(int id) => reading.ClassList is ClassList list ? $"{id} '{list.Names[id]}'" : $"{id}";
        bool isMask = counts[0] > 0 && counts[255] > 0 && counts[1..255].All(count => count == 0);
        if (isMask && classes == 2 && reading.Mapping is null)
        {
            console.WriteLine($"{option}: masks of 0 and 255 with two classes: 255 is read as class {Name(1)} (--label-map 255:255 ignores it)");
            reading = reading with { Mapping = LabelMapping.Parse("255:1") };
            (counts[1], counts[255]) = (counts[255], 0);
        }

        long all = counts.Sum();
        long ignored = counts[reading.IgnoreIndex];
        int[] seen = [.. Enumerable.Range(0, 255).Where(id => counts[id] > 0)];
        if (seen.Length == 0)
        {
            throw new InvalidInputException(option, "labelled pixels", $"none: all {all} are {reading.IgnoreIndex}, which is ignored");
        }

        if (isMask && classes > 2 && reading.Mapping is null)
        {
            throw new InvalidInputException(
                option,
                $"labels of {classes} classes, or a --label-map that says what 255 is (255:1)",
                FormattableString.Invariant($"masks of 0 and 255, of which 255, {100.0 * ignored / all:0.0} % of the pixels, is ignored"));
        }

        int[] never = [.. Enumerable.Range(0, reading.ClassList is null && reading.Classes is null ? 0 : classes).Where(id => counts[id] == 0)];
        console.WriteLine(
            FormattableString.Invariant($"{option}: {100.0 * ignored / all:0.0} % of the pixels are ignored") +
            (never.Length > 0 ? $"; classes never seen: {string.Join(", ", never.Select(Name))}" : ""));
        return reading;
    }
}
