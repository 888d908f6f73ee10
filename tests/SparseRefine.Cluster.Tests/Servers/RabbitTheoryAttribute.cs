using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>Tests as <see cref="RabbitFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RabbitTheoryAttribute : TheoryAttribute
{
    public RabbitTheoryAttribute() => Skip = RabbitServer.Missing;
}
