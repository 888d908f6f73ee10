namespace SparseRefine.Cli.Keeping;

/// <summary>A fit that a search may make.</summary>
/// <param name="Size">What the dense model sees.</param>
/// <param name="Planes">The network.</param>
/// <param name="IsWhole">Whether it has all epochs; else it is a short one.</param>
/// <param name="Share">Share of the pixels that it is trained on.</param>
internal sealed record KeepTrial(DenseSize Size, IReadOnlyList<int> Planes, bool IsWhole, double Share);
