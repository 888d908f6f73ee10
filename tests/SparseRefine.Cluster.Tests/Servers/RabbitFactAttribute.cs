using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>A test that needs RabbitMQ; without Debian's rabbitmq-server it is a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RabbitFactAttribute : FactAttribute
{
    public RabbitFactAttribute() => Skip = RabbitServer.Missing;
}
