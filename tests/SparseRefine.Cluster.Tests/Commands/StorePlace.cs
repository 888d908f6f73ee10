namespace SparseRefine.Cluster.Tests.Commands;

/// <summary>A container of a real server, and what the tool says of what is wrong with it.</summary>
/// <param name="Address">A prefix that no other test uses.</param>
/// <param name="Absent">A container that is not there.</param>
/// <param name="Endpoint">The server.</param>
/// <param name="NoContainer">What is said of <paramref name="Absent"/>.</param>
/// <param name="Refused">Credentials that the server refuses.</param>
/// <param name="Reader">Credentials that may read and list the container, and nothing else.</param>
internal sealed record StorePlace(
    string Address, string Absent, Uri Endpoint, string NoContainer, IReadOnlyList<(string Name, string? Value)> Refused, IReadOnlyList<(string Name, string? Value)> Reader)
{
    /// <summary>The container of <see cref="Address"/>.</summary>
    public string Container => Address[..Address.LastIndexOf('/')];
}
