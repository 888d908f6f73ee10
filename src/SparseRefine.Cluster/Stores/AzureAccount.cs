using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace SparseRefine.Cluster;

/// <summary>Where an account's blobs are, and the credentials for it that the environment holds, under the names that Azure's own tools have for them.</summary>
internal sealed class AzureAccount
{
    private const string Developer = "devstoreaccount1";

    // No secret: every emulator has it, and Microsoft's documentation of Azurite.
    private const string DeveloperKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Uri _blobs;
    private readonly string? _key;
    private readonly string? _signature;
    private readonly string _name;

    private AzureAccount(string name, Uri blobs, string? key, string? signature, string credentials)
    {
        _name = name;
        _blobs = blobs;
        _key = key;
        _signature = signature;
        Credentials = credentials;
    }

    /// <summary>What credentials these are, without them.</summary>
    public string Credentials { get; private set; }

    /// <summary>Finds out.</summary>
    /// <param name="name">The account.</param>
    /// <param name="endpoint">The server that takes Azure's place; null: none.</param>
    /// <returns>The account.</returns>
    /// <exception cref="InvalidInputException">A variable of another form.</exception>
    public static AzureAccount Find(string name, Uri? endpoint)
    {
        Dictionary<string, string> connection = Connection();
        bool isConnected = connection.GetValueOrDefault("AccountName", name) == name;
        Uri blobs = endpoint is not null ? new Uri($"{endpoint.ToString().TrimEnd('/')}/{name}")
            : isConnected && connection.TryGetValue("BlobEndpoint", out string? own) && Uri.TryCreate(own, UriKind.Absolute, out Uri? there) ? there
            : new Uri($"https://{name}.blob.{connection.GetValueOrDefault("EndpointSuffix", "core.windows.net")}");
        if (isConnected && (connection.ContainsKey("AccountKey") || connection.ContainsKey("SharedAccessSignature")))
        {
            return new AzureAccount(
                name, blobs, Key(connection.GetValueOrDefault("AccountKey")), connection.GetValueOrDefault("SharedAccessSignature"), "those of AZURE_STORAGE_CONNECTION_STRING");
        }

        bool isOwn = (Variable("AZURE_STORAGE_ACCOUNT") ?? name) == name;
        return isOwn && Variable("AZURE_STORAGE_KEY") is string key ? new AzureAccount(name, blobs, Key(key), null, "those of AZURE_STORAGE_KEY")
            : isOwn && Variable("AZURE_STORAGE_SAS_TOKEN") is string signature ? new AzureAccount(name, blobs, null, signature, "those of AZURE_STORAGE_SAS_TOKEN")
            : new AzureAccount(name, blobs, null, null, "none");
    }

    /// <summary>Opens a container of the account.</summary>
    /// <param name="container">Its name.</param>
    /// <param name="options">Matters of the client.</param>
    /// <param name="cancellation">Ends the search for an identity.</param>
    /// <returns>The container; nothing is asked of it yet.</returns>
    public async Task<BlobContainerClient> Open(string container, BlobClientOptions options, CancellationToken cancellation)
    {
        UriBuilder uri = new(_blobs);
        uri.Path = $"{uri.Path.TrimEnd('/')}/{container}";
        if (_key is not null)
        {
            return new BlobContainerClient(uri.Uri, new StorageSharedKeyCredential(_name, _key), options);
        }

        if (_signature is not null)
        {
            uri.Query = _signature.TrimStart('?');
            return new BlobContainerClient(uri.Uri, options);
        }

        // Tokens are sent over https alone.
        if (_blobs.Scheme == Uri.UriSchemeHttps)
        {
            try
            {
                DefaultAzureCredential identity = new();
                await identity.GetTokenAsync(new TokenRequestContext(["https://storage.azure.com/.default"]), cancellation).ConfigureAwait(false);
                Credentials = "those of Azure.Identity's chain";
                return new BlobContainerClient(uri.Uri, identity, options);
            }
            catch (CredentialUnavailableException)
            {
                // A public container needs none.
            }
        }

        return new BlobContainerClient(uri.Uri, options);
    }

    private static Dictionary<string, string> Connection()
    {
        const string Source = "AZURE_STORAGE_CONNECTION_STRING";
        Dictionary<string, string> parts = new(StringComparer.OrdinalIgnoreCase);
        foreach (string part in (Variable(Source) ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] pair = part.Split('=', 2);
            if (pair.Length != 2)
            {
                throw new InvalidInputException(Source, "NAME=VALUE pairs divided by semicolons", "another text");
            }

            parts[pair[0]] = pair[1];
        }

        if (parts.ContainsKey("UseDevelopmentStorage"))
        {
            parts["AccountName"] = Developer;
            parts["AccountKey"] = DeveloperKey;
            parts.TryAdd("BlobEndpoint", $"http://127.0.0.1:10000/{Developer}");
        }

        return parts;
    }

    private static string? Key(string? key) => key is null || Convert.TryFromBase64String(key, new byte[key.Length], out _)
        ? key
        : throw new InvalidInputException("AZURE_STORAGE_KEY, AZURE_STORAGE_CONNECTION_STRING", "an account's key in Base64", "another text");

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
