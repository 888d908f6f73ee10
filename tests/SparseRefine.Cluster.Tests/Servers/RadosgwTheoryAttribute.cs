using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>Tests that need Debian's radosgw; without it they are a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RadosgwTheoryAttribute : TheoryAttribute
{
    public RadosgwTheoryAttribute() => Skip = Radosgw.Missing;
}
