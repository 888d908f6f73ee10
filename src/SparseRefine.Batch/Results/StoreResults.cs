using System.Security.Cryptography;
using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>
/// Results in a store, under keys that hold the model's hash: <c>results/HASH/NAME</c>, HASH being the first 16 characters. A result that is there stays, whoever put it there: of several jobs
/// that score the same photo, or of a job that was killed between a photo and its journal, one set of results is left, and every journal has the hashes of that one.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="model">SHA-256 of the model.</param>
/// <param name="isNew">Whether results that are there are replaced, as the job begins anew.</param>
internal sealed class StoreResults(ObjectStore store, string model, bool isNew) : ResultPlace
{
    private readonly string _prefix = $"results/{model[..16]}/";

    /// <inheritdoc/>
    public override string Root => store.AddressOf(_prefix[..^1]);

    /// <inheritdoc/>
    public override NameRule Names => default;

    /// <inheritdoc/>
    public override string KeyOf(string name) => _prefix + name;

    /// <summary>A folder's photo may have a name that is no key, which no try and no other worker could put.</summary>
    /// <inheritdoc/>
    public override string? Refusal(string id) =>
        ObjectStore.IsKey(KeyOf(id)) ? null : $"'{OneLine.Of(KeyOf(id))}', which stores do not take: \\, control characters, . and .., or more than 1,024 bytes; rename the photo";

    /// <inheritdoc/>
    public override ResultFile Begin(string name, ReadOnlySpan<byte> bytes) => new Pending(store, _prefix + name, bytes.ToArray(), isNew);

    /// <summary>As each look at a store is a request, a journal is believed unless hashes are asked for.</summary>
    /// <inheritdoc/>
    public override string? Difference(string key, long? bytes, string? hash)
    {
        if (hash is null)
        {
            return null;
        }

        try
        {
            return HashOf(store, key).Hash == hash ? null : $"expected the result {key} as the journal has its hash, got other content";
        }
        catch (FileNotFoundException)
        {
            return $"expected the result {key} that the journal names, got no such object";
        }
    }

    /// <inheritdoc/>
    public override void Forget(string key) => store.DeleteAsync(key).GetAwaiter().GetResult();

    private static (string Hash, long Bytes) HashOf(ObjectStore store, string key)
    {
        using Stream content = store.OpenAsync(key).GetAwaiter().GetResult();
        return (Convert.ToHexStringLower(SHA256.HashData(content)), content.Length);
    }

    private sealed class Pending(ObjectStore store, string key, byte[] bytes, bool isNew) : ResultFile(key)
    {
        public override (string Hash, long Bytes) Commit(FileStatus? input, ISet<string> folders)
        {
            if (!Put(isNew))
            {
                // One that is older than its photo is of what the photo was before.
                StoredObject? there = store.FindAsync(Key).GetAwaiter().GetResult();
                if (there is not null && !(there.Changed < input?.Changed))
                {
                    return HashOf(store, Key);
                }

                Put(replace: true);
            }

            return (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
        }

        public override void Dispose()
        {
        }

        private bool Put(bool replace)
        {
            using MemoryStream content = new(bytes, writable: false);
            return store.PutAsync(Key, content, replace).GetAwaiter().GetResult();
        }
    }
}
