namespace Microsoft.ML.Runtime;

/// <summary>Starts channels for messages.</summary>
public interface IChannelProvider : IExceptionContext
{
    /// <summary>Starts a channel; the caller disposes it.</summary>
    /// <param name="name">What is being done.</param>
    IChannel Start(string name);

    /// <summary>Starts a pipe; the caller disposes it.</summary>
    /// <typeparam name="TMessage">Type of its messages.</typeparam>
    /// <param name="name">What is being done.</param>
    IPipe<TMessage> StartPipe<TMessage>(string name);
}
