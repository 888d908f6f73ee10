using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>A test as <see cref="RadosgwTheoryAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RadosgwFactAttribute : FactAttribute
{
    public RadosgwFactAttribute() => Skip = Radosgw.Missing;
}
