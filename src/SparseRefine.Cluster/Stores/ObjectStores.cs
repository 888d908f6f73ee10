using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>Opens stores by their addresses. Thread-safe.</summary>
/// <remarks>
/// Credentials come from where the clouds' own clients take them, and never from an address. Azure: the environment's <c>AZURE_STORAGE_CONNECTION_STRING</c>,
/// <c>AZURE_STORAGE_KEY</c> or <c>AZURE_STORAGE_SAS_TOKEN</c>, else Azure.Identity's chain (workload and managed identities, <c>AZURE_CLIENT_ID</c> and its kin, az login), else none. S3: the AWS
/// client's chain (<c>AWS_ACCESS_KEY_ID</c> and its kin, profiles, web and machine identities).
/// </remarks>
/// <example>
/// <code>
/// await using ObjectStore photos = ObjectStores.Open("s3://photos/street");
/// await using ObjectStore local = ObjectStores.Open("az://devstoreaccount1/photos", new() { Endpoint = new("http://127.0.0.1:10000") });
/// </code>
/// </example>
public static class ObjectStores
{
    /// <summary>Opens a store; nothing is asked of it yet.</summary>
    /// <param name="address">A folder, <c>az://account/container/prefix</c> or <c>s3://bucket/prefix</c>.</param>
    /// <param name="options">How it is reached; null: all defaults.</param>
    /// <returns>The store; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Another address, or credentials of another form.</exception>
    public static ObjectStore Open(string address, ObjectStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        return StoreAddress.IsAddress(address) ? Open(StoreAddress.Parse(address), options) : new FolderStore(address);
    }

    /// <summary>Opens a store that is no folder; nothing is asked of it yet.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="options">How it is reached; null: all defaults.</param>
    /// <returns>The store; the caller disposes it.</returns>
    /// <exception cref="InvalidInputException">Credentials of another form.</exception>
    public static ObjectStore Open(StoreAddress address, ObjectStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new ObjectStoreOptions();
        return address.Scheme == "az" ? new AzureStore(address, options) : new S3Store(address, options);
    }
}
