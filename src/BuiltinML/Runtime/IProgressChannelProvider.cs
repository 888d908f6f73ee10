namespace Microsoft.ML.Runtime;

/// <summary>Starts channels for progress.</summary>
public interface IProgressChannelProvider
{
    /// <summary>Starts a progress channel; the caller disposes it.</summary>
    /// <param name="name">What is being done.</param>
    IProgressChannel StartProgressChannel(string name);
}
