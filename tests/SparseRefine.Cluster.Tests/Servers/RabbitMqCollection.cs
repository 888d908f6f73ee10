using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>The tests that share one broker.</summary>
[CollectionDefinition(nameof(RabbitMq))]
public sealed class RabbitMqCollection : ICollectionFixture<RabbitMq>;
