using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>The tests that share one emulator; one at a time, as its credentials are in the environment.</summary>
[CollectionDefinition(nameof(Azurite), DisableParallelization = true)]
public sealed class AzuriteCollection : ICollectionFixture<Azurite>;
