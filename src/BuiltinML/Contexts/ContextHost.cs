using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>A component's view of the context: its own name and random numbers, the context's messages.</summary>
internal sealed class ContextHost(MLContext context, string name, int seed) : IHost
{
    public Random Rand { get; } = new(seed);

    public ComponentCatalog ComponentCatalog => context.ComponentCatalog;

    public string ContextDescription => name;

    public IHost Register(string child, int? seed = null, bool? verbose = null)
        => new ContextHost(context, $"{name}; {child}", seed ?? Rand.Next());

    public IChannel Start(string work) => new Channel(context, $"{name}; {work}");

    public IPipe<TMessage> StartPipe<TMessage>(string work) => new Pipe<TMessage>($"{name}; {work}");

    public IProgressChannel StartProgressChannel(string work) => new ProgressChannel(context, $"{name}; {work}");

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;
}
