using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>Tests that need azurite; without it (<c>npm ci --ignore-scripts</c> in the folder azurite) they are a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AzuriteTheoryAttribute : TheoryAttribute
{
    public AzuriteTheoryAttribute() => Skip = Azurite.Missing;
}
