namespace SparseRefine.Batch;

/// <summary>A photo that cannot be scored, and why. The job goes on.</summary>
internal sealed class PhotoFailedException(FailureReason reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What kind of failure it is.</summary>
    public FailureReason Reason => reason;

    /// <summary>
    /// What an exception says about a photo: a complaint about input is the photo's fault, missing memory or threads are the machine's, anything else is ours.
    /// </summary>
    /// <param name="path">The photo's file.</param>
    /// <param name="fault">What a complaint about input means at this stage.</param>
    /// <param name="e">What was thrown.</param>
    /// <returns>A failure of one line that names the file, or <see cref="MachineTrouble"/>.</returns>
    public static Exception Of(string path, FailureReason fault, Exception e)
    {
        if (e is PhotoFailedException)
        {
            return e;
        }

        if (MachineTrouble.Find(e) is not null)
        {
            return new MachineTrouble(path, e);
        }

        if (InvalidInputException.Find(e) is not InvalidInputException input)
        {
            return new PhotoFailedException(FailureReason.Unexpected, $"{path}: internal error {e.GetType().Name}: {OneLine.Of(e.Message)}", e);
        }

        bool namesFile = input.InputSource.Contains(path, StringComparison.Ordinal);
        return new PhotoFailedException(fault, OneLine.Of(namesFile ? input.Message : $"{path}: {input.Message}"), e);
    }
}
