using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet.Tests.Contract;

/// <summary>Reads a column of any of the workout's types as texts that are equal where the values are.</summary>
internal static class ColumnReader
{
    public static List<string> Read(IDataView data, string column)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema[column]]);
        return Read(cursor, column);
    }

    public static List<string> Read(DataViewRowCursor cursor, string column)
    {
        Func<string> read = Of(cursor, column);
        List<string> values = [];
        while (cursor.MoveNext())
        {
            values.Add(read());
        }

        return values;
    }

    /// <summary>A reader of the row on which a cursor stands.</summary>
    public static Func<string> Of(DataViewRow row, string column) => row.Schema[column].Type.RawType switch
    {
        Type type when type == typeof(LabelMap) => Getter<LabelMap>(row, column),
        Type type when type == typeof(LogitMap) => Getter<LogitMap>(row, column),
        Type type when type == typeof(PixelSelection) => Getter<PixelSelection>(row, column),
        Type type when type == typeof(SparseLogits) => Getter<SparseLogits>(row, column),
        Type type when type == typeof(MLImage) => Getter<MLImage>(row, column),
        Type type when type == typeof(VBuffer<byte>) => Getter<VBuffer<byte>>(row, column),
        Type type when type == typeof(VBuffer<float>) => Getter<VBuffer<float>>(row, column),
        Type type when type == typeof(ReadOnlyMemory<char>) => Getter<ReadOnlyMemory<char>>(row, column),
        var other => throw new NotSupportedException(other.Name),
    };

    public static string Text(object? value) => value switch
    {
        LabelMap map => $"{map.Height}x{map.Width} {Hash(map.Labels)}",
        LogitMap map => $"{map.Classes}x{map.Height}x{map.Width} {string.Join(' ', map.Values)}",
        PixelSelection selection => $"{Text(selection.DenseLabels)} {string.Join(' ', selection.Sites.Indices)}",
        SparseLogits logits => $"{logits.Sites.Height}x{logits.Sites.Width} {string.Join(' ', logits.Values)}",
        MLImage image => $"{image.Height}x{image.Width} {Hash(image.Pixels.ToArray())}",
        VBuffer<byte> vector => $"{vector.Length} {Hash([.. vector.DenseValues()])}",
        VBuffer<float> vector => string.Join(' ', vector.DenseValues()),
        ReadOnlyMemory<char> text => text.ToString(),
        null => "none",
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static Func<string> Getter<T>(DataViewRow row, string column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(row.Schema[column]);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Text(value);
        };
    }
}
