namespace SparseRefine;

/// <summary>
/// A file, stream, column or option holds what it must not: broken, truncated, of another kind, or with values out of range. The message is
/// <c>SOURCE: expected ..., got ...</c>, and its three parts are properties.
/// </summary>
public sealed class InvalidInputException : FormatException
{
    /// <summary>Makes an exception.</summary>
    /// <param name="inputSource">The file, column, option or parameter at fault, with the place in it where that is known.</param>
    /// <param name="expected">What should have been there; follows "expected" in the message.</param>
    /// <param name="got">What was there; follows "got" in the message.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public InvalidInputException(string inputSource, string expected, string got, Exception? innerException = null)
        : base($"{inputSource}: expected {expected}, got {got}", innerException)
    {
        InputSource = inputSource;
        Expected = expected;
        Got = got;
    }

    /// <summary>Makes an exception about a part of a larger input: a tensor of a model file, a column of a photo's row.</summary>
    /// <param name="inputSource">The larger input; the part's name follows behind a colon.</param>
    /// <param name="part">What is wrong with the part; becomes the cause.</param>
    public InvalidInputException(string inputSource, InvalidInputException part)
        : this($"{inputSource}: {part.InputSource}", part.Expected, part.Got, part) => Fault = part.Fault;

    /// <summary>The file, column, option or parameter at fault, with the place in it where that is known.</summary>
    public string InputSource { get; }

    /// <summary>What should have been there.</summary>
    public string Expected { get; }

    /// <summary>What was there.</summary>
    public string Got { get; }

    /// <summary>What is wrong, where that can be told apart, as for photos.</summary>
    public InputFault Fault { get; init; }

    /// <summary>The complaint about input in a failure: pipelines and parallel loops wrap what a stage throws.</summary>
    /// <param name="failure">What was caught.</param>
    /// <returns>The outermost exception of this type in the chain of causes; null where no input explains the failure.</returns>
    public static InvalidInputException? Find(Exception? failure) => failure switch
    {
        null => null,
        InvalidInputException found => found,
        AggregateException several => several.InnerExceptions.Select(Find).FirstOrDefault(found => found is not null),
        _ => Find(failure.InnerException),
    };
}
