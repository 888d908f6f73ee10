using System.CommandLine;
using SparseRefine.Batch;
using SparseRefine.Cluster;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Options;

/// <summary><c>--endpoint</c>, and the stores that addresses among a command's other options name.</summary>
internal sealed class StoreOption
{
    private readonly Option<Uri?> _endpoint = OptionValues.Create<Uri?>(
        "--endpoint", "The server of az:// and s3:// where it is none of the cloud's own, as Azurite or Ceph.", "http://HOST:PORT", Parse);

    /// <summary>Adds the option.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command) => command.Add(_endpoint);

    /// <summary>Opens an address.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>What opens it; whoever calls it disposes the store.</returns>
    public Func<StoreAddress, ObjectStore> Opener(ParseResult parsed)
    {
        ObjectStoreOptions options = new() { Endpoint = parsed.GetValue(_endpoint) };
        return address => ObjectStores.Open(address, options);
    }

    /// <summary>Opens the store of an option.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="place">A folder or an address.</param>
    /// <returns>The store, the caller's; null for a folder.</returns>
    /// <exception cref="InvalidInputException">A bad address.</exception>
    public ObjectStore? Open(ParseResult parsed, string place) => StoreAddress.IsAddress(place) ? Opener(parsed)(StoreAddress.Parse(place)) : null;

    /// <summary>Opens a fitted pipeline that lies in a store.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="text">Its address.</param>
    /// <param name="machine">Matters of the machine.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">No such object, or no model.</exception>
    public SegmentationModel OpenModel(ParseResult parsed, string text, SegmentationModelOptions machine) => Run(async () =>
    {
        StoreAddress address = StoreAddress.Parse(text);
        await using ObjectStore store = Opener(parsed)(StoreAddress.Parse(address.Container));
        try
        {
            await using Stream content = await store.OpenAsync(address.Prefix);
            using MemoryStream bytes = new();
            await content.CopyToAsync(bytes);
            return SegmentationModel.Load(bytes.ToArray(), text, machine);
        }
        catch (FileNotFoundException e)
        {
            throw new InvalidInputException("--model", "a fitted pipeline", $"nothing at {text}", e);
        }
    });

    private static T Run<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    private static Uri? Parse(string text)
    {
        try
        {
            return new ObjectStoreOptions { Endpoint = new Uri(text) }.Endpoint;
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException)
        {
            throw new InvalidInputException("text", "an address as http://127.0.0.1:10000, without credentials and query", "another text", e);
        }
    }
}
