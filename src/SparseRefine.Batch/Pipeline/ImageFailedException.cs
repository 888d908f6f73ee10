namespace SparseRefine.Batch;

/// <summary>An image cannot be scored; the job goes on.</summary>
internal sealed class ImageFailedException(FailureReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The kind of failure.</summary>
    public FailureReason Reason => reason;
}
