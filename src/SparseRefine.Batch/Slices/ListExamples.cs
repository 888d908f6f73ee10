namespace SparseRefine.Batch;

/// <summary>A few paths from all over a list, however long it becomes: where there is room no more, every second one is let go, and half as many are taken from there on.</summary>
internal sealed class ListExamples
{
    private const int Most = 16;

    private readonly List<string> _paths = [];
    private long _count;
    private long _every = 1;

    /// <summary>The paths.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>Takes the list's next path, or does not.</summary>
    /// <param name="path">The path.</param>
    public void Add(string path)
    {
        if (_count % _every == 0 && _paths.Count == Most)
        {
            for (int i = Most - 1; i > 0; i -= 2)
            {
                _paths.RemoveAt(i);
            }

            _every *= 2;
        }

        if (_count++ % _every == 0)
        {
            _paths.Add(path);
        }
    }
}
