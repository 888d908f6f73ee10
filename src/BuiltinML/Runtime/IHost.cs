namespace Microsoft.ML.Runtime;

/// <summary>A component's own environment.</summary>
public interface IHost : IHostEnvironment
{
    /// <summary>The component's random numbers; they follow from the context's seed.</summary>
    Random Rand { get; }
}
