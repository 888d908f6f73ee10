using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Checks what is reported. As in ML.NET nothing of it reaches <see cref="MLContext.Log"/>: nobody listens in a plain context.</summary>
internal sealed class ProgressChannel(MLContext context, string name) : IProgressChannel
{
    private ProgressHeader header;
    private bool disposed;

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(fillAction);
        this.header = header;
    }

    public void Checkpoint(params double?[] values)
    {
        if (disposed)
        {
            throw new InvalidOperationException("Can't report checkpoints after disposing");
        }

        var room = (header?.MetricNames.Count ?? 0) + (2 * (header?.UnitNames.Count ?? 0));
        if ((values?.Length ?? 0) > room)
        {
            throw new InvalidOperationException($"Too many values provided in Checkpoint: expected at most {room}, got {values.Length}");
        }
    }

    public IProgressChannel StartProgressChannel(string work) => new ProgressChannel(context, $"{name}; {work}");

    public void Dispose() => disposed = true;
}
