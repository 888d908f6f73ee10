using System.Text.RegularExpressions;

namespace SparseRefine.Batch;

/// <summary>
/// The address of a store that is no folder, or of an object in it: <c>az://account/container/prefix</c> or <c>s3://bucket/prefix</c>. Taken as it stands: nothing in it is escaped,
/// and it holds no secret. Immutable.
/// </summary>
/// <example><c>StoreAddress.Parse("s3://photos/street/0001.jpg")</c> has the container <c>s3://photos</c> and the prefix <c>street/0001.jpg</c>.</example>
public sealed partial record StoreAddress
{
    private StoreAddress(string scheme, string container, string prefix)
    {
        Scheme = scheme;
        Container = container;
        Prefix = prefix;
    }

    /// <summary>Before the colon: <c>az</c> or <c>s3</c>.</summary>
    public string Scheme { get; }

    /// <summary>The bucket, or the account and its container: <c>s3://bucket</c>, <c>az://account/container</c>.</summary>
    public string Container { get; }

    /// <summary>What keys begin with, or the key of an object, without slashes around it; empty: the whole container.</summary>
    public string Prefix { get; }

    /// <summary>Whether a text is such an address, good or not, and no path.</summary>
    /// <param name="text">What a user wrote.</param>
    /// <returns>True where it begins with a scheme of two or more characters and <c>://</c>.</returns>
    public static bool IsAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return SchemeText().IsMatch(text);
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text">What a user wrote.</param>
    /// <returns>The address.</returns>
    /// <exception cref="InvalidInputException">Another scheme, no container, a secret in it (the message does not repeat it), or a prefix that is no key.</exception>
    public static StoreAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!IsAddress(text))
        {
            throw new InvalidInputException(text, "az://account/container/prefix or s3://bucket/prefix", "no scheme");
        }

        string scheme = text[..text.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant();
        string rest = text[(scheme.Length + 3)..];
        string authority = rest.Split('/', 2)[0];
        if (authority.Contains('@', StringComparison.Ordinal) || authority.Contains('?', StringComparison.Ordinal) || Signature().IsMatch(rest))
        {
            throw new InvalidInputException(
                $"{scheme}://{authority.Split('@')[^1].Split('?')[0]}", "an address without credentials, which come from the environment", "one that holds some");
        }

        int named = scheme switch
        {
            "az" => 2,
            "s3" => 1,
            _ => throw new InvalidInputException(text, "a folder, az://account/container/prefix or s3://bucket/prefix", $"the scheme {scheme}://"),
        };
        string[] parts = rest.Split('/', named + 1);
        if (parts.Length < named || parts.Take(named).Any(part => !Name().IsMatch(part)))
        {
            throw new InvalidInputException(text, scheme == "az" ? "az://account/container/prefix" : "s3://bucket/prefix", "other names of the container");
        }

        string prefix = parts.Length > named ? parts[named].TrimEnd('/') : string.Empty;
        return prefix.Length == 0 || ObjectStore.IsKey(prefix)
            ? new StoreAddress(scheme, $"{scheme}://{string.Join('/', parts.Take(named))}", prefix)
            : throw new InvalidInputException(text, "a prefix without empty parts, . and .., \\ and control characters", $"'{OneLine.Of(prefix)}'");
    }

    /// <inheritdoc/>
    public override string ToString() => Prefix.Length == 0 ? Container : $"{Container}/{Prefix}";

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9+.-]+://")]
    private static partial Regex SchemeText();

    // Of a shared access signature and of an S3 link that was signed before.
    [GeneratedRegex(@"\?.*(sig|signature)=", RegexOptions.IgnoreCase)]
    private static partial Regex Signature();

    // Letters, digits and what both clouds allow beside them; $root and $web are containers of Azure.
    [GeneratedRegex(@"^[$A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex Name();
}
