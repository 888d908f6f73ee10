namespace SparseRefine.MLNet;

/// <summary>
/// What models over the same dense model own together, freed when the last of them is disposed and the last prediction has ended. Thread-safe.
/// </summary>
/// <param name="owned">What is freed.</param>
internal sealed class SharedSessions(IReadOnlyList<IDisposable> owned)
{
    private int _users = 1;

    /// <summary>Counts one more user: a model or a prediction.</summary>
    /// <returns>False where all of it has been freed.</returns>
    public bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
            {
                return true;
            }

            users = found;
        }

        return false;
    }

    /// <summary>A user is done.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) > 0)
        {
            return;
        }

        foreach (IDisposable session in owned)
        {
            session.Dispose();
        }
    }
}
