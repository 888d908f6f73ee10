namespace SparseRefine;

/// <summary>Data from outside (a file, a model's output) is not what it has to be. The message names the source first.</summary>
public sealed class InvalidInputException : FormatException
{
    /// <summary>Says what was expected and what came.</summary>
    /// <param name="message">In the form <c>SOURCE: expected X, got Y</c>.</param>
    public InvalidInputException(string message)
        : base(message)
    {
    }

    /// <summary>Says what was expected and what came, and keeps the cause.</summary>
    /// <param name="message">In the form <c>SOURCE: expected X, got Y</c>.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public InvalidInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
