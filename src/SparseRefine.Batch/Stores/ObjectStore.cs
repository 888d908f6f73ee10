using System.Text;

namespace SparseRefine.Batch;

/// <summary>
/// Where photos, models and results lie: objects by key, each put whole or not at all. A folder (<see cref="FolderStore"/>) is one; those of clouds are in
/// SparseRefine.Cluster. Thread-safe.
/// </summary>
/// <remarks>
/// Keys are relative to the store's prefix and divided by forward slashes: <c>street/0001.jpg</c>. A key is refused that is empty, longer than 1,024 bytes of UTF-8, begins with a
/// slash, has an empty part, one that is <c>.</c> or <c>..</c>, a backslash or a control character: such keys lead out of a folder, or to another object in one store than in another.
/// Every method throws <see cref="ObjectStoreException"/> where the store as a whole cannot be used.
/// </remarks>
/// <example>
/// <code>
/// await using ObjectStore store = new FolderStore("answers");
/// bool isNew = await store.PutAsync("labels/0001.png", png, replace: false);
/// await foreach (StoredObject found in store.ListAsync("labels/")) { Console.WriteLine($"{found.Key}: {found.Length} bytes"); }
/// </code>
/// </example>
public abstract class ObjectStore : IAsyncDisposable
{
    private const int LongestKey = 1024;

    /// <summary>Makes a store.</summary>
    /// <param name="address">Its address as messages name it, without secrets.</param>
    protected ObjectStore(string address)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        Address = address;
    }

    /// <summary>The store's address as the user wrote it, without secrets: a folder, <c>az://account/container/prefix</c>, <c>s3://bucket/prefix</c>.</summary>
    public string Address { get; }

    /// <summary>An object's address, as messages and journals name it.</summary>
    /// <param name="key">Its key.</param>
    /// <returns>The store's address, a slash, the key.</returns>
    public string AddressOf(string key) => Address.EndsWith('/') ? Address + key : $"{Address}/{key}";

    /// <summary>Whether a text can be a key.</summary>
    /// <param name="key">The text.</param>
    /// <returns>False for what the class's remarks exclude.</returns>
    public static bool IsKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length > 0 && Encoding.UTF8.GetByteCount(key) <= LongestKey && !key.Any(c => c == '\\' || char.IsControl(c))
            && key.Split('/').All(part => part is not ("" or "." or ".."));
    }

    /// <summary>The objects whose keys begin with a text, one page of the store's listing after the other; what lies beyond the page that is read costs no memory.</summary>
    /// <param name="prefix">The text, for example <c>journals/</c>; empty: all objects.</param>
    /// <param name="cancellation">Ends the listing.</param>
    /// <returns>The objects, in an order that the store chooses; also those whose keys no other method would take (<see cref="IsKey"/>).</returns>
    public IAsyncEnumerable<StoredObject> ListAsync(string prefix = "", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        string whole = prefix.EndsWith('/') ? prefix[..^1] : prefix;
        return whole.Length == 0 && prefix.Length == 0 || IsKey(whole)
            ? ListCoreAsync(prefix, cancellation)
            : throw Refused(prefix);
    }

    /// <summary>Looks at an object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <returns>The object; null where there is none.</returns>
    /// <exception cref="InvalidInputException">No key.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to see it.</exception>
    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellation = default) => FindCoreAsync(Checked(key), cancellation);

    /// <summary>Opens an object.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellation">Ends the opening.</param>
    /// <returns>Its bytes as they come from the store, not seekable; the caller disposes it. A connection that breaks is made anew where the bytes have not changed since.</returns>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidInputException">No key.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to read it.</exception>
    public Task<Stream> OpenAsync(string key, CancellationToken cancellation = default) => OpenCoreAsync(Checked(key), cancellation);

    /// <summary>Puts an object there, whole or not at all. It is durable when the task ends.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Its bytes, read once from where the stream stands; need not be seekable, stays open. A few megabytes of it are held in memory.</param>
    /// <param name="replace">Whether an object that is there is replaced; false: it stays (<c>If-None-Match: *</c>), and of several that put at once one succeeds.</param>
    /// <param name="cancellation">Ends the work; nothing is there then.</param>
    /// <returns>False where an object is there already and stays; else true.</returns>
    /// <exception cref="InvalidInputException">No key.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to write it.</exception>
    public Task<bool> PutAsync(string key, Stream content, bool replace, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return PutCoreAsync(Checked(key), content, replace, cancellation);
    }

    /// <summary>Deletes an object; where there is none, nothing happens.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="InvalidInputException">No key.</exception>
    /// <exception cref="UnauthorizedAccessException">No right to delete it.</exception>
    public Task DeleteAsync(string key, CancellationToken cancellation = default) => DeleteCoreAsync(Checked(key), cancellation);

    /// <summary>Closes the store's connections.</summary>
    /// <returns>Ends when they are closed.</returns>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary><see cref="ListAsync"/> with a prefix that was checked.</summary>
    /// <inheritdoc cref="ListAsync"/>
    protected abstract IAsyncEnumerable<StoredObject> ListCoreAsync(string prefix, CancellationToken cancellation);

    /// <summary><see cref="FindAsync"/> with a key that was checked.</summary>
    /// <inheritdoc cref="FindAsync"/>
    protected abstract Task<StoredObject?> FindCoreAsync(string key, CancellationToken cancellation);

    /// <summary><see cref="OpenAsync"/> with a key that was checked.</summary>
    /// <inheritdoc cref="OpenAsync"/>
    protected abstract Task<Stream> OpenCoreAsync(string key, CancellationToken cancellation);

    /// <summary><see cref="PutAsync"/> with a key that was checked.</summary>
    /// <inheritdoc cref="PutAsync"/>
    protected abstract Task<bool> PutCoreAsync(string key, Stream content, bool replace, CancellationToken cancellation);

    /// <summary><see cref="DeleteAsync"/> with a key that was checked.</summary>
    /// <inheritdoc cref="DeleteAsync"/>
    protected abstract Task DeleteCoreAsync(string key, CancellationToken cancellation);

    private string Checked(string key) => IsKey(key) ? key : throw Refused(key);

    private InvalidInputException Refused(string key) =>
        new(Address, $"a key of at most {LongestKey} bytes as street/0001.jpg, without empty parts, . and .., \\ and control characters", $"'{OneLine.Of(key)}'");
}
