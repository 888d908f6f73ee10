using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A message of <see cref="MLContext.Log"/>.</summary>
public class LoggingEventArgs : EventArgs
{
    /// <summary>A message of no known source.</summary>
    /// <param name="message">The text.</param>
    public LoggingEventArgs(string message)
    {
        Message = message;
        RawMessage = message;
    }

    /// <summary>A message.</summary>
    /// <param name="message">The text.</param>
    /// <param name="kind">How grave it is.</param>
    /// <param name="source">Who sent it.</param>
    public LoggingEventArgs(string message, ChannelMessageKind kind, string source)
    {
        RawMessage = message;
        Kind = kind;
        Source = source;
        Message = $"[Source={source}, Kind={kind}] {message}";
    }

    /// <summary>How grave it is.</summary>
    public ChannelMessageKind Kind { get; }

    /// <summary>Source, kind and text in one line.</summary>
    public string Message { get; }

    /// <summary>The text alone.</summary>
    public string RawMessage { get; }

    /// <summary>Who sent it.</summary>
    public string Source { get; }
}
