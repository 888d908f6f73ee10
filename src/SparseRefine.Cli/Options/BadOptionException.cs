using System.CommandLine;

namespace SparseRefine.Cli.Options;

/// <summary>An option has a value that the library refuses. Other exceptions of the library's arguments are bugs of this tool.</summary>
/// <param name="cause">What the library says.</param>
internal sealed class BadOptionException(ArgumentException cause) : Exception(WithoutParameter(cause.Message), cause)
{
    private const string Mark = ": ";

    /// <summary>What is wrong with the value, as <c>expected 8 or 16, got 9</c>.</summary>
    public string Problem => Message[(Message.IndexOf(Mark, StringComparison.Ordinal) is var at and >= 0 ? at + Mark.Length : 0)..];

    /// <summary>The message with the option as one types it.</summary>
    /// <param name="command">The command that it was given to.</param>
    public string For(Command command) =>
        Message.Split(Mark)[0] is string property && PropertyOptions.Of(property, command) is string option ? $"{option}: {Problem}" : Message;

    // .NET repeats the parameter's name at the message's end.
    private static string WithoutParameter(string message) => message.Split(" (Parameter '")[0];
}
