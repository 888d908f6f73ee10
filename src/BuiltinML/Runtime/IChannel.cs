namespace Microsoft.ML.Runtime;

/// <summary>Messages of one piece of work; they reach <see cref="MLContext.Log"/>.</summary>
public interface IChannel : IPipe<ChannelMessage>
{
    /// <summary>Sends a detail.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text, or its format.</param>
    void Trace(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends a detail.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text's format.</param>
    /// <param name="args">Its arguments.</param>
    void Trace(MessageSensitivity sensitivity, string fmt, params object[] args);

    /// <summary>Sends information.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text, or its format.</param>
    void Info(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends information.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text's format.</param>
    /// <param name="args">Its arguments.</param>
    void Info(MessageSensitivity sensitivity, string fmt, params object[] args);

    /// <summary>Sends a warning.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text, or its format.</param>
    void Warning(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends a warning.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text's format.</param>
    /// <param name="args">Its arguments.</param>
    void Warning(MessageSensitivity sensitivity, string fmt, params object[] args);

    /// <summary>Sends an error.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text, or its format.</param>
    void Error(MessageSensitivity sensitivity, string fmt);

    /// <summary>Sends an error.</summary>
    /// <param name="sensitivity">What kind of data the text may show.</param>
    /// <param name="fmt">The text's format.</param>
    /// <param name="args">Its arguments.</param>
    void Error(MessageSensitivity sensitivity, string fmt, params object[] args);
}
