namespace Microsoft.ML.Runtime;

/// <summary>Progress of one piece of work, in the columns of a header.</summary>
public interface IProgressChannel : IProgressChannelProvider, IDisposable
{
    /// <summary>Says what is measured, and how to ask for it.</summary>
    /// <param name="header">Names of units and metrics.</param>
    /// <param name="fillAction">Fills an entry when someone asks.</param>
    void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction);

    /// <summary>Reports a state: metrics in the header's order, then progress, then limits.</summary>
    /// <param name="values">At most metrics + 2 x units values.</param>
    /// <exception cref="InvalidOperationException">More values than the header has columns; none has a place before <see cref="SetHeader"/>.</exception>
    void Checkpoint(params double?[] values);
}
