using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>The tests that share one server; one at a time, as its credentials are in the environment.</summary>
[CollectionDefinition(nameof(Radosgw), DisableParallelization = true)]
public sealed class RadosgwCollection : ICollectionFixture<Radosgw>;
