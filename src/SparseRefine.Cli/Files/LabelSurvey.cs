using SparseRefine.Cli.Reports;
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
    /// <param name="cancellation">Ends it between two files.</param>
    /// <returns>How labels are to be read: masks of 0 and 255 with two classes get their mapping here.</returns>
    /// <exception cref="InvalidInputException">A bad label file, or no label to learn from or to compare with.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LabelReading Take(
        IAnsiConsole console, IReadOnlyList<LabelledPhoto> rows, LabelReading reading, string option, CancellationToken cancellation)
    {
        LabelCounts counts = Steps.Run(console, "reading labels", rows.Count, steps =>
        {
            LabelCounts found = new();
            foreach (LabelledPhoto row in steps.Over(rows, cancellation))
            {
                found.Add(row.ReadLabels(reading));
            }

            return found;
        });
        string Name(int id) => reading.ClassList is ClassList list ? $"{id} '{list.Names[id]}'" : $"{id}";
        if (Enumerable.Range(0, 256).All(id => id == reading.IgnoreIndex || counts[id] == 0))
        {
            throw new InvalidInputException(option, "labelled pixels", $"none: all {counts.Pixels} are {reading.IgnoreIndex}, which is ignored");
        }

        LabelReading asMasks = reading.OfMasks(counts, option);
        bool isMasks = asMasks != reading;
        if (isMasks)
        {
            console.WriteLine($"{option}: masks of 0 and 255 with two classes: 255 is read as class {Name(1)} (--label-map 255:255 ignores it)");
        }

        int[] never = [.. Enumerable.Range(0, isMasks ? 0 : reading.ClassList?.Count ?? reading.Classes ?? 0).Where(id => counts[id] == 0)];
        console.WriteLine(
            FormattableString.Invariant($"{option}: {(isMasks ? 0 : 100.0 * counts[reading.IgnoreIndex] / counts.Pixels):0.0} % of the pixels are ignored") +
            (never.Length > 0 ? $"; classes never seen: {string.Join(", ", never.Select(Name))}" : ""));
        return asMasks;
    }
}
