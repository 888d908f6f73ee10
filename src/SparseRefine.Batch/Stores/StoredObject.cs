namespace SparseRefine.Batch;

/// <summary>An object of a store, as a listing or a look at it tells. Immutable.</summary>
/// <param name="Key">Its key, relative to the store's prefix, divided by forward slashes.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Changed">When it was put there, UTC, by the store's clock.</param>
public sealed record StoredObject(string Key, long Length, DateTime Changed);
