using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>A test as <see cref="AzuriteTheoryAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AzuriteFactAttribute : FactAttribute
{
    public AzuriteFactAttribute() => Skip = Azurite.Missing;
}
