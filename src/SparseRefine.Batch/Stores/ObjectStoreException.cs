namespace SparseRefine.Batch;

/// <summary>
/// A store cannot be used as a whole: its server does not answer, its bucket or container is missing, or it refuses the credentials. What concerns one object alone is a
/// <see cref="FileNotFoundException"/> or an <see cref="UnauthorizedAccessException"/>.
/// </summary>
public sealed class ObjectStoreException : IOException
{
    /// <summary>Makes an exception, <c>ADDRESS: expected ..., got ...</c>.</summary>
    /// <param name="address">The store's address, without secrets.</param>
    /// <param name="expected">What should have been there; follows "expected" in the message.</param>
    /// <param name="got">What came; one line without secrets.</param>
    /// <param name="mayPass">Whether the same call may succeed later.</param>
    /// <param name="innerException">The cause.</param>
    public ObjectStoreException(string address, string expected, string got, bool mayPass, Exception? innerException = null)
        : base($"{address}: expected {expected}, got {OneLine.Of(got)}", innerException) => MayPass = mayPass;

    /// <summary>
    /// Whether waiting helps: the server does not answer, is too busy, or failed by itself, however often its client tried again. False: somebody must change something, as the
    /// address, the rights or the credentials.
    /// </summary>
    public bool MayPass { get; }
}
