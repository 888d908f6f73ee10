namespace SparseRefine.Cli.Options;

/// <summary>An option has a value that the library refuses. Other exceptions of the library's arguments are bugs of this tool.</summary>
/// <param name="cause">What the library says.</param>
internal sealed class BadOptionException(ArgumentException cause) : Exception(WithoutParameter(cause.Message), cause)
{
    // .NET repeats the parameter's name at the message's end.
    private static string WithoutParameter(string message) => message.Split(" (Parameter '")[0];
}
