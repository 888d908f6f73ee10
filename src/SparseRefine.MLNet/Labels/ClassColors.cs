using System.Text.Json.Nodes;

namespace SparseRefine.MLNet;

/// <summary>Class names and colours in manifests and for painting.</summary>
internal static class ClassColors
{
    /// <summary>Blue, green, red of all 256 indices; a fixed palette of distinct colours where none are given.</summary>
    public static byte[] Bgr(ClassList? classes)
    {
        byte[] colors = new byte[256 * 3];
        for (int i = 0; i < 256; i++)
        {
            (byte red, byte green, byte blue) = classes is null
                ? Distinct(i)
                : (classes.Palette[i * 3], classes.Palette[(i * 3) + 1], classes.Palette[(i * 3) + 2]);
            colors[i * 3] = blue;
            colors[(i * 3) + 1] = green;
            colors[(i * 3) + 2] = red;
        }

        return colors;
    }

    /// <exception cref="ArgumentException">As many classes are not what the data has.</exception>
    public static void ThrowUnlessFits(ClassList? classes, int? count, string source = "the logits")
    {
        if (classes is not null && count is int expected and > 0 && classes.Count != expected)
        {
            throw new ArgumentException($"ClassList: expected {expected} classes as {source}, got {classes.Count}");
        }
    }

    public static JsonNode ToJson(ClassList classes) => new JsonObject
    {
        ["names"] = new JsonArray([.. classes.Names.Select(name => JsonValue.Create(name))]),
        ["colours"] = Convert.ToHexStringLower(classes.Palette[..(classes.Count * 3)]),
    };

    public static ClassList FromJson(JsonNode node, PartReader part)
    {
        if (node is JsonObject text && text["names"] is JsonArray names
            && text["colours"] is JsonValue value && value.TryGetValue(out string? colours))
        {
            return new ClassList([.. names.Select(name => name!.GetValue<string>())], Convert.FromHexString(colours));
        }

        throw part.Invalid("names and colours of the classes", node.ToJsonString());
    }

    /// <summary>Interleaves the index's bits over the channels, highest first: near indices get far colours.</summary>
    private static (byte Red, byte Green, byte Blue) Distinct(int index)
    {
        int red = 0;
        int green = 0;
        int blue = 0;
        for (int bit = 7, rest = index; rest > 0; bit--, rest >>= 3)
        {
            red |= (rest & 1) << bit;
            green |= ((rest >> 1) & 1) << bit;
            blue |= ((rest >> 2) & 1) << bit;
        }

        return ((byte)red, (byte)green, (byte)blue);
    }
}
