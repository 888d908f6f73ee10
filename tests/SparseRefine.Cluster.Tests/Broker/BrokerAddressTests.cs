using Xunit;

namespace SparseRefine.Cluster.Tests;

[Collection(nameof(RabbitMq))]
public sealed class BrokerAddressTests
{
    [Theory]
    [InlineData("amqp://host", "amqp://host", 5672, "/")]
    [InlineData("amqp://host:5673/", "amqp://host:5673", 5673, "/")]
    [InlineData("amqps://host/jobs", "amqps://host/jobs", 5671, "jobs")]
    [InlineData("amqp://ann:s3cr%40t@host/%2F", "amqp://host", 5672, "/")]
    public void Parse_Address_IsReadAndToldWithoutPassword(string text, string told, int port, string virtualHost)
    {
        BrokerAddress address = BrokerAddress.Parse(text);
        RabbitMQ.Client.ConnectionFactory factory = address.Factory("test");

        Assert.Equal(told, address.ToString());
        Assert.Equal((port, virtualHost), (factory.Port, factory.VirtualHost));
        Assert.Equal(text.Contains('@', StringComparison.Ordinal) ? ("ann", "s3cr@t") : ("guest", "guest"), (factory.UserName, factory.Password));
    }

    [Fact]
    public void Parse_PasswordFileMissing_NamesVariableAndFile()
    {
        using Variables file = new(("SPARSEREFINE_BROKER_PASSWORD", null), ("SPARSEREFINE_BROKER_PASSWORD_FILE", "none.txt"));

        InvalidInputException e = Assert.Throws<InvalidInputException>(() => BrokerAddress.Parse("amqp://host"));

        // The tool puts its option in the place of the source.
        Assert.Equal(("a file with a password of at most 4096 bytes (SPARSEREFINE_BROKER_PASSWORD_FILE)", "none.txt"), (e.Expected, e.Got));
    }

    [Theory]
    [InlineData("host:5672")]
    [InlineData("http://user:s3cret@host")]
    [InlineData("amqp://")]
    [InlineData("amqp://user:s3cret@host/a/b")]
    [InlineData("amqp://user:s3cret@host?heartbeat=1")]
    [InlineData("amqp://user:s3cret")]
    public void Parse_OtherText_IsRefusedWithoutPassword(string text)
    {
        InvalidInputException e = Assert.Throws<InvalidInputException>(() => BrokerAddress.Parse(text));

        Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
    }
}
