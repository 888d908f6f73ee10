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
        IAnsiConsole console, IReadOnlyList<LabelledPhoto> rows, LabelReading reading, string option, CancellationToken cancellation) =>
        Take(console, rows, [], reading, option, option, cancellation);

    /// <summary>Counts and tells, of photos to train on and of those that validate.</summary>
    /// <param name="console">As above.</param>
    /// <param name="rows">Photos with labels to train on; none where a teacher's answer is learned.</param>
    /// <param name="validation">Photos with labels that validate.</param>
    /// <param name="reading">How labels are read.</param>
    /// <param name="option">The option that the labels came from.</param>
    /// <param name="validationOption">The option that those of the validation photos came from.</param>
    /// <param name="cancellation">Ends it between two files.</param>
    /// <returns>As above.</returns>
    /// <exception cref="InvalidInputException">A bad label file, or no label to learn from or to compare with.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LabelReading Take(
        IAnsiConsole console,
        IReadOnlyList<LabelledPhoto> rows,
        IReadOnlyList<LabelledPhoto> validation,
        LabelReading reading,
        string option,
        string validationOption,
        CancellationToken cancellation)
    {
        LabelCounts learned = new();
        LabelCounts validating = new();
        LabelCounts counts = Steps.Run(console, "reading labels", rows.Count + validation.Count, steps =>
        {
            foreach ((int i, LabelledPhoto row) in steps.Over([.. rows, .. validation], cancellation).Index())
            {
                (i < rows.Count ? learned : validating).Add(row.ReadLabels(reading));
            }

            LabelCounts all = new();
            all.Add(learned);
            all.Add(validating);
            return all;
        });
        ThrowUnlessLabelled(learned, option, "");
        ThrowUnlessLabelled(validating, validationOption, " to validate on");
        string Name(int id) => reading.ClassList is ClassList list ? $"{id} '{list.Names[id]}'" : $"{id}";
        LabelReading asMasks = reading.OfMasks(counts, option);
        bool isMasks = asMasks != reading;
        if (isMasks)
        {
            console.WriteLine($"{option}: masks of 0 and 255 with two classes: 255 is read as class {Name(1)} (--label-map 255:255 ignores it)");
        }

        int[] classes = [.. Enumerable.Range(0, isMasks ? 0 : reading.ClassList?.Count ?? reading.Classes ?? 0)];
        int[] never = [.. classes.Where(id => counts[id] == 0)];
        int[] unlearned = [.. classes.Where(id => learned.Pixels > 0 && learned[id] == 0 && validating[id] > 0)];
        console.WriteLine(
            FormattableString.Invariant($"{option}: {(isMasks ? 0 : 100.0 * counts[reading.IgnoreIndex] / counts.Pixels):0.0} % of the pixels are ignored") +
            (never.Length > 0 ? $"; classes never seen: {string.Join(", ", never.Select(Name))}" : "") +
            (unlearned.Length > 0 ? $"; classes that only photos to validate on have: {string.Join(", ", unlearned.Select(Name))}" : ""));
        return asMasks;

        // An ignored 255 beside nothing else may be a mask's; where the other photos have its 0, it is none.
        void ThrowUnlessLabelled(LabelCounts some, string from, string purpose)
        {
            if (some.Pixels > 0 && some[reading.IgnoreIndex] == some.Pixels && !counts.AreMasks)
            {
                throw new InvalidInputException(from, $"labelled pixels{purpose}", $"none: all {some.Pixels} are {reading.IgnoreIndex}, which is ignored");
            }
        }
    }
}
