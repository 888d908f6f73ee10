using Microsoft.ML.Data;

namespace SparseRefine.MLNet.Tests.Feed;

/// <summary>A row class of plain types.</summary>
internal sealed class PlainRow
{
    public string Name { get; set; } = string.Empty;

    [ColumnName("Value")]
    public float Number { get; set; }

    [VectorType(3)]
    public float[] Fixed { get; set; } = [1, 2, 3];

    public int[] Free { get; set; } = [];

    [NoColumn]
    public object? Ignored { get; set; }

    public static PlainRow[] Make(int count)
        => [.. Enumerable.Range(0, count).Select(i => new PlainRow { Name = $"row {i}", Number = i, Free = [.. Enumerable.Range(0, i)] })];
}

/// <summary>Only the number of a <see cref="PlainRow"/>.</summary>
internal sealed class NumberRow
{
    public float Value { get; set; }
}

/// <summary>What a mapping adds.</summary>
internal sealed class AddedRow
{
    public float Double { get; set; }

    public float Square { get; set; }
}

/// <summary>A path to an image.</summary>
internal sealed class PathRow
{
    public string Path { get; set; } = string.Empty;
}
