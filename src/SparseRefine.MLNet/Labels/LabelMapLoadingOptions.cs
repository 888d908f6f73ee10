using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>How label maps are read from index PNGs.</summary>
public sealed class LabelMapLoadingOptions
{
    /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
    public string OutputColumnName { get; init; } = "Label";

    /// <summary>The text column with the files' paths; null: the same name as <see cref="OutputColumnName"/>.</summary>
    public string? PathColumnName { get; init; }

    /// <summary>Folder that relative paths start from; null or empty: the current one.</summary>
    public string? Folder { get; init; }

    /// <summary>Number of classes that ids must stay below; null: as many as <see cref="ClassList"/> has, without one any id passes.</summary>
    public int? Classes { get; init; }

    /// <summary>Names and colors of the classes, which the column's annotations then tell; null: unknown.</summary>
    public ClassList? ClassList { get; init; }

    /// <summary>The id that means "not labelled" and always passes.</summary>
    public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;
}
