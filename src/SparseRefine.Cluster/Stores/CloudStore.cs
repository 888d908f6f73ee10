using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>What the stores of clouds share: a prefix, and what their clients' exceptions mean.</summary>
internal abstract class CloudStore : ObjectStore
{
    /// <summary>Bytes of a part of an upload, held in memory one at a time.</summary>
    protected const int PartBytes = 8 << 20;

    private readonly string _prefix;

    /// <summary>Makes a store.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="options">How it is reached.</param>
    protected CloudStore(StoreAddress address, ObjectStoreOptions options)
        : base(address.ToString())
    {
        Retries = options.Retries;
        Place = options.Endpoint is Uri endpoint ? $"{address.Container} at {endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/')}" : address.Container;
        _prefix = address.Prefix.Length == 0 ? string.Empty : address.Prefix + "/";
    }

    /// <summary>How often a request is sent again.</summary>
    protected int Retries { get; }

    /// <summary>Container and server, for messages about both.</summary>
    protected string Place { get; }

    /// <summary>What an exception of the client means.</summary>
    /// <param name="e">The exception.</param>
    /// <param name="key">The object that was asked for; null: the store.</param>
    /// <returns>An exception as <see cref="ObjectStore"/> promises; null where <paramref name="e"/> is none of the client's.</returns>
    protected abstract Exception? Meaning(Exception e, string? key);

    /// <summary>The key within the container.</summary>
    protected string Full(string key) => _prefix + key;

    /// <summary>A key of the container as one of this store.</summary>
    protected string Relative(string full) => full[_prefix.Length..];

    /// <summary>Calls the client.</summary>
    protected async Task<T> Ask<T>(string? key, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception e) when (Meaning(e, key) is Exception meaning)
        {
            throw meaning;
        }
    }

    /// <summary>The server did not answer, or not as such a server does.</summary>
    protected ObjectStoreException Unreachable(Exception e) => new(Place, "a server that answers", Innermost(e), mayPass: true, e);

    /// <summary>The server has no such container.</summary>
    protected ObjectStoreException NoContainer(string kind, Exception e) => new(Place, $"a {kind} that is there", "none of this name", mayPass: false, e);

    /// <summary>The server refuses these credentials.</summary>
    protected ObjectStoreException NoRight(string got, Exception e) => new(Place, "credentials that may use it (see the environment's)", got, mayPass: false, e);

    /// <summary>There is no such object.</summary>
    protected FileNotFoundException NoObject(string key, Exception e) => new($"{AddressOf(key)}: expected an object, got none", AddressOf(key), e);

    /// <summary>Something else answers than a server of the kind that was expected.</summary>
    protected ObjectStoreException Strange(string expected, string got, bool mayPass, Exception e) => new(Place, expected, got, mayPass, e);

    // Of "Retry failed after 6 tries" and its kin the cause says what happened.
    private static string Innermost(Exception e) => e switch
    {
        AggregateException { InnerExceptions: [.., Exception last] } => Innermost(last),
        { InnerException: Exception inner } and not HttpRequestException => Innermost(inner),
        _ => e.Message,
    };
}
