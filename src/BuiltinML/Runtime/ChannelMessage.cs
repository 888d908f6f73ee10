using System.Globalization;

namespace Microsoft.ML.Runtime;

/// <summary>A message of a channel.</summary>
public readonly struct ChannelMessage
{
    private readonly string text;
    private readonly object[] arguments;

    /// <summary>How grave it is.</summary>
    public readonly ChannelMessageKind Kind;

    /// <summary>What kind of data it may show.</summary>
    public readonly MessageSensitivity Sensitivity;

    internal ChannelMessage(ChannelMessageKind kind, MessageSensitivity sensitivity, string text, object[] arguments = null)
    {
        Kind = kind;
        Sensitivity = sensitivity;
        this.text = text;
        this.arguments = arguments;
    }

    /// <summary>The text.</summary>
    public string Message => arguments is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, text, arguments) : text;
}
