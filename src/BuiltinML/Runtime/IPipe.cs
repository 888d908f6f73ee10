namespace Microsoft.ML.Runtime;

/// <summary>Somewhere to send messages to until it is disposed.</summary>
/// <typeparam name="TMessage">Type of a message.</typeparam>
public interface IPipe<TMessage> : IExceptionContext, IDisposable
{
    /// <summary>Sends a message.</summary>
    /// <param name="msg">The message.</param>
    void Send(TMessage msg);
}
