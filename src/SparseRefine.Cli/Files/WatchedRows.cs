using System.Collections;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Files;

/// <summary>
/// Rows for a pipeline that stops handing them out once a run is cancelled, and that knows which one is being worked on,
/// so that an error of a stage that does not know the file can be told with its name.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="cancellation">Ends every pass over them.</param>
internal sealed class WatchedRows(IReadOnlyList<LabelledPhoto> rows, CancellationToken cancellation) : IEnumerable<LabelledPhoto>
{
    /// <summary>The row handed out last; null before the first and after the last.</summary>
    public LabelledPhoto? Current { get; private set; }

    /// <summary>Called when a row's work is done.</summary>
    public Action? Done { get; init; }

    /// <inheritdoc/>
    public IEnumerator<LabelledPhoto> GetEnumerator()
    {
        foreach (LabelledPhoto row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            Current = row;
            yield return row;
            Done?.Invoke();
        }

        Current = null;
    }

    /// <summary>Runs a pass over the rows; a complaint about the input that names no file gets the name of the row it happened in.</summary>
    /// <typeparam name="T">What the pass makes.</typeparam>
    /// <param name="pass">The pass.</param>
    /// <returns>What the pass made.</returns>
    public T Read<T>(Func<T> pass)
    {
        try
        {
            return pass();
        }
        catch (Exception e) when (Current is LabelledPhoto row && InvalidInputException.Find(e) is InvalidInputException found && !Names(found, row))
        {
            throw new InvalidInputException(row.ImagePath, found);
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static bool Names(InvalidInputException failure, LabelledPhoto row) =>
        failure.InputSource.Contains(row.ImagePath, StringComparison.Ordinal)
        || (row.LabelPath.Length > 0 && failure.InputSource.Contains(row.LabelPath, StringComparison.Ordinal));
}
