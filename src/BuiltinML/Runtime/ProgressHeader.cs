namespace Microsoft.ML.Runtime;

/// <summary>Names of what a progress channel reports.</summary>
public sealed class ProgressHeader
{
    /// <summary>Names of the units that progress counts.</summary>
    public readonly IReadOnlyList<string> UnitNames;

    /// <summary>Names of the metrics.</summary>
    public readonly IReadOnlyList<string> MetricNames;

    /// <summary>A header of metrics and units.</summary>
    /// <param name="metricNames">Names of the metrics.</param>
    /// <param name="unitNames">Names of the units, coarsest first.</param>
    public ProgressHeader(string[] metricNames, string[] unitNames)
    {
        MetricNames = metricNames ?? [];
        UnitNames = unitNames ?? [];
    }

    /// <summary>A header of units alone.</summary>
    /// <param name="unitNames">Names of the units, coarsest first.</param>
    public ProgressHeader(params string[] unitNames)
        : this(null, unitNames)
    {
    }
}
