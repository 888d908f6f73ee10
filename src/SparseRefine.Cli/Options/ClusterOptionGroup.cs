using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cluster;

namespace SparseRefine.Cli.Options;

/// <summary>Where a job on many machines lies, and the broker that deals out its slices: what <c>plan</c>, <c>work</c> and <c>status</c> share.</summary>
internal sealed class ClusterOptionGroup
{
    private readonly StoreOption _stores = new();

    private readonly Option<string> _output = OptionValues.Required(
        "--out", "Where the job lies: a folder that all machines reach, az://account/container/prefix or s3://bucket/prefix.", "DIR|STORE");

    private readonly Option<BrokerAddress?> _broker = OptionValues.Create<BrokerAddress?>(
        "--broker",
        "RabbitMQ. User and password: SPARSEREFINE_BROKER_USER, and SPARSEREFINE_BROKER_PASSWORD or _PASSWORD_FILE.",
        "amqp://HOST|amqps://HOST",
        text => BrokerAddress.Parse(text));

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(_output);
        command.Add(_broker);
        _stores.AddTo(command);
    }

    /// <summary>The broker; null: none.</summary>
    /// <param name="parsed">The command line.</param>
    public BrokerAddress? Broker(ParseResult parsed) => parsed.GetValue(_broker);

    /// <summary>Opens the containers of addresses among other options.</summary>
    /// <param name="parsed">The command line.</param>
    public Func<StoreAddress, ObjectStore> Opener(ParseResult parsed) => _stores.Opener(parsed);

    /// <summary>Opens the job's store.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The store; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">A bad address.</exception>
    public ObjectStore Open(ParseResult parsed) => _stores.Open(parsed, parsed.GetRequiredValue(_output)) ?? new FolderStore(parsed.GetRequiredValue(_output));
}
