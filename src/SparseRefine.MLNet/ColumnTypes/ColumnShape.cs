using System.Globalization;

namespace SparseRefine.MLNet;

/// <summary>The shape part of our column types' names: "2x*x*", a star for what differs between rows.</summary>
internal static class ColumnShape
{
    public static string Text(params int?[] sizes) =>
        string.Join('x', sizes.Select(size => size?.ToString(CultureInfo.InvariantCulture) ?? "*"));
}
