namespace SparseRefine.Cluster;

/// <summary>How stores are reached. Immutable; a value out of range is an error where it is set.</summary>
public sealed record ObjectStoreOptions
{
    /// <summary>
    /// The server that takes the cloud's place, as Azurite or radosgw, as <c>http://127.0.0.1:10000</c>; null: the cloud's own. Azure's account is a part of its path, S3's bucket too.
    /// </summary>
    /// <exception cref="ArgumentException">No http or https address, or one with credentials or a query.</exception>
    public Uri? Endpoint
    {
        get;
        init => field = value is null or { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" }
            ? value

            // What came is not repeated: it may hold a secret.
            : throw new ArgumentException($"{nameof(Endpoint)}: expected an address as http://127.0.0.1:10000, without credentials and query, got another text");
    }

    /// <summary>How often the clients send a request again that found no answer or a server in trouble, in growing intervals: half a minute in all.</summary>
    internal int Retries { get; init; } = 6;
}
