using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>Reads small objects of stores, never more of them than was agreed.</summary>
internal static class StoredText
{
    /// <summary>Reads an object.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The object.</param>
    /// <param name="mostBytes">Bytes that it may have.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidInputException">It has more bytes.</exception>
    public static async Task<byte[]> ReadAsync(ObjectStore store, string key, int mostBytes, CancellationToken cancellation)
    {
        await using Stream content = await store.OpenAsync(key, cancellation).ConfigureAwait(false);
        using MemoryStream bytes = new();
        byte[] buffer = new byte[1 << 16];
        for (int read = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false); read > 0; read = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false))
        {
            if (bytes.Length + read > mostBytes)
            {
                throw new InvalidInputException(store.AddressOf(key), $"at most {mostBytes} bytes", "more");
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }
}
