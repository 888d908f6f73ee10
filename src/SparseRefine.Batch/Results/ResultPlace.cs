using SparseRefine.Persistence;

namespace SparseRefine.Batch;

/// <summary>Where the results of a job go: the output folder, or a store. Thread-safe.</summary>
internal abstract class ResultPlace
{
    /// <summary>What names of results are relative to: a full path, or an address.</summary>
    public abstract string Root { get; }

    /// <summary>Which names of results are one.</summary>
    public abstract NameRule Names { get; }

    /// <summary>The file or object of a result.</summary>
    /// <param name="root">A <see cref="Root"/>.</param>
    /// <param name="name">The result's name.</param>
    /// <returns>Its path or address.</returns>
    public static string PathOf(string root, string name) => StoreAddress.IsAddress(root) ? $"{root}/{name}" : Path.Combine(root, name);

    /// <summary>What the journal calls a result.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Its path relative to the output.</returns>
    public virtual string KeyOf(string name) => name;

    /// <summary>Why the results of a photo cannot go there; null where they can.</summary>
    /// <param name="id">The photo.</param>
    public virtual string? Refusal(string id) => null;

    /// <summary>What keeps a result from being written that concerns it alone; null where nothing does.</summary>
    /// <param name="name">The result's name.</param>
    public virtual string? Obstacle(string name) => null;

    /// <summary>Throws where the place is no longer the one that the job began in.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    public virtual void ThrowIfGone()
    {
    }

    /// <summary>Begins a result; several of one photo appear together as far as the place can.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its bytes, the caller's again when the call returns.</param>
    /// <returns>The result; the caller commits and disposes it.</returns>
    public abstract ResultFile Begin(string name, ReadOnlySpan<byte> bytes);

    /// <summary>What differs between a journal's word about a result and the result; null where nothing does.</summary>
    /// <param name="key">What the journal calls the result.</param>
    /// <param name="bytes">Its bytes by the journal; null where the journal does not say.</param>
    /// <param name="hash">Its hash by the journal; null: the content is not looked at.</param>
    public abstract string? Difference(string key, long? bytes, string? hash);

    /// <summary>Deletes a result that is written anew, where it would else stay.</summary>
    /// <param name="key">What the journal calls the result.</param>
    public virtual void Forget(string key)
    {
    }
}
