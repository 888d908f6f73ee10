namespace SparseRefine;

/// <summary>
/// A file or stream holds what it must not: broken, truncated, of another kind, or with values out of range. The message
/// names the file first: <c>FILE: expected ..., got ...</c>.
/// </summary>
public sealed class InvalidInputException : FormatException
{
    /// <summary>Makes an exception with a text of its own.</summary>
    /// <param name="message">The whole message, the file's name first.</param>
    public InvalidInputException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a text of its own and what caused it.</summary>
    /// <param name="message">The whole message, the file's name first.</param>
    /// <param name="innerException">The cause.</param>
    public InvalidInputException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
