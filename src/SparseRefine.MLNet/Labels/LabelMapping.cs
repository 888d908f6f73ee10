using System.Globalization;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>What the numbers and colors of label files mean as class ids. Immutable.</summary>
public sealed class LabelMapping
{
    private const string Form = "FROM:TO,... with numbers of 0 to 255, FROM also a color as #rrggbb";

    // Cityscapes' ids of its 19 training classes, in their order.
    private static readonly byte[] CityscapesIds = [7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33];
    private readonly string _text;
    private readonly byte[] _ids;
    private readonly Dictionary<int, byte> _colors;

    private LabelMapping(string text, byte[] ids, Dictionary<int, byte> colors) => (_text, _ids, _colors) = (text, ids, colors);

    /// <summary>Names of mappings that data sets need: cityscapes-ids, ade20k-reduce-zero, voc.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["cityscapes-ids", "ade20k-reduce-zero", "voc"];

    /// <summary>Colors that stand for ids, red, green, blue in an integer's lower bytes.</summary>
    internal IReadOnlyDictionary<int, byte> Colors => _colors;

    /// <summary>Reads a mapping's text.</summary>
    /// <param name="text">
    /// <c>0:255,7:0,#e0e0c0:255</c>: each number or color of a file and the id that it stands for, other numbers as they are; or a name of
    /// <see cref="Presets"/>: cityscapes-ids makes the 19 training ids of Cityscapes' 34 ids and ignores the rest, ade20k-reduce-zero ignores 0
    /// and takes 1 from all else, voc keeps 0 to 20 and ignores its border (255, #e0e0c0).
    /// </param>
    /// <returns>The mapping.</returns>
    /// <exception cref="InvalidInputException">Another form, or a number or color twice.</exception>
    public static LabelMapping Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        byte[] ids = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Dictionary<int, byte> colors = [];
        switch (text)
        {
            case "cityscapes-ids":
                Array.Fill(ids, LabelMap.DefaultIgnoreIndex);
                for (int i = 0; i < CityscapesIds.Length; i++)
                {
                    ids[CityscapesIds[i]] = (byte)i;
                }

                break;
            case "ade20k-reduce-zero":
                ids = [.. Enumerable.Range(0, 256).Select(i => i is 0 or 255 ? LabelMap.DefaultIgnoreIndex : (byte)(i - 1))];
                break;
            case "voc":
                ids.AsSpan(21).Fill(LabelMap.DefaultIgnoreIndex);
                colors.Add(0xE0E0C0, LabelMap.DefaultIgnoreIndex);
                break;
            default:
                Read(text, ids, colors);
                break;
        }

        return new LabelMapping(text, ids, colors);
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _text;

    /// <summary>Changes stored numbers to ids, in place.</summary>
    internal void Apply(Span<byte> labels)
    {
        foreach (ref byte label in labels)
        {
            label = _ids[label];
        }
    }

    private static void Read(string text, byte[] ids, Dictionary<int, byte> colors)
    {
        HashSet<byte> seen = [];
        foreach (string pair in text.Split(','))
        {
            string[] parts = pair.Split(':', StringSplitOptions.TrimEntries);
            bool isColor = parts[0].StartsWith('#');
            int color = 0;
            byte from = 0;
            bool isFrom = isColor
                ? parts[0].Length == 7 && int.TryParse(parts[0].AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out color)
                : byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out from);
            if (!isFrom || parts.Length != 2 || !byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out byte to))
            {
                throw new InvalidInputException("label map", $"{Form}, or one of {string.Join(", ", Presets)}", $"'{pair}'");
            }

            if (isColor ? !colors.TryAdd(color, to) : !seen.Add(from))
            {
                throw new InvalidInputException("label map", "each number and color once", $"'{parts[0]}' again");
            }

            ids[from] = isColor ? ids[from] : to;
        }
    }
}
