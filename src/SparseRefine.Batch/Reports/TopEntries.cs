namespace SparseRefine.Batch;

/// <summary>The entries of the highest values, highest first; of equal ones those that came first.</summary>
/// <param name="most">How many are kept.</param>
internal sealed class TopEntries(int most)
{
    private readonly List<(double Value, JournalEntry Entry)> _entries = [];

    /// <summary>The entries.</summary>
    public IEnumerable<JournalEntry> Entries => _entries.Select(e => e.Entry);

    /// <summary>Keeps an entry if it is among the highest.</summary>
    public void Add(double value, JournalEntry entry)
    {
        int at = _entries.Count;
        while (at > 0 && _entries[at - 1].Value < value)
        {
            at--;
        }

        if (at < most)
        {
            _entries.Insert(at, (value, entry));
            if (_entries.Count > most)
            {
                _entries.RemoveAt(most);
            }
        }
    }
}
