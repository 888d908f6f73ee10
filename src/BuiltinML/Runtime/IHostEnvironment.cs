namespace Microsoft.ML.Runtime;

/// <summary>What components run in: messages, progress, a catalog of loadable parts.</summary>
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    /// <summary>The loadable parts.</summary>
    ComponentCatalog ComponentCatalog { get; }

    /// <summary>A host for a component.</summary>
    /// <param name="name">The component's name.</param>
    /// <param name="seed">A seed of its own, or null.</param>
    /// <param name="verbose">Whether it may be verbose, or null.</param>
    IHost Register(string name, int? seed = null, bool? verbose = null);
}
