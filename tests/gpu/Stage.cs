namespace SparseRefine.Gpu;

/// <summary>The graphs of a model, each of which goes further than the one before.</summary>
internal static class Stage
{
    /// <summary>The dense model at full resolution, from photo to labels: what ours is compared with.</summary>
    public const string Full = "full";

    /// <summary>Resizing, and the dense model as ours runs it, up to its scores.</summary>
    public const string Dense = "dense";

    /// <summary>And the pixels to refine.</summary>
    public const string Select = "select";

    /// <summary>And the sparse network and the labels: all of it.</summary>
    public const string Whole = "whole";

    /// <summary>All.</summary>
    public static IReadOnlyList<string> All { get; } = [Full, Dense, Select, Whole];
}
