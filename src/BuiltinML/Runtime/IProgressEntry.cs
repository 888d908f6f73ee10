namespace Microsoft.ML.Runtime;

/// <summary>One state of progress, to be filled.</summary>
public interface IProgressEntry
{
    /// <summary>Sets a unit's progress.</summary>
    /// <param name="index">Which unit.</param>
    /// <param name="value">How far.</param>
    void SetProgress(int index, double value);

    /// <summary>Sets a unit's progress and limit.</summary>
    /// <param name="index">Which unit.</param>
    /// <param name="value">How far.</param>
    /// <param name="lim">How far it will go.</param>
    void SetProgress(int index, double value, double lim);

    /// <summary>Sets a metric.</summary>
    /// <param name="index">Which metric.</param>
    /// <param name="value">Its value.</param>
    void SetMetric(int index, double value);
}
