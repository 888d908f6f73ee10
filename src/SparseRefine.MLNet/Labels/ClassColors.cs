using System.Text.Json.Nodes;

namespace SparseRefine.MLNet;

/// <summary>Class names and colors in manifests.</summary>
internal static class ClassColors
{
    /// <summary>What errors call the list.</summary>
    public const string Name = "ClassList";

    /// <exception cref="ArgumentException">Two options that contradict each other.</exception>
    public static void ThrowUnlessEqual(ClassList? list, int? classes) => Checked.That(
        list?.Count, list is null || classes is null || list.Count == classes, $"{classes} classes as Classes says", Name);

    /// <exception cref="InvalidInputException">As many classes are not what the data has.</exception>
    public static void ThrowUnlessFits(ClassList? classes, int? count)
    {
        if (classes is not null && count is int expected and > 0 && classes.Count != expected)
        {
            throw new InvalidInputException(Name, $"{expected} classes as the logits", $"{classes.Count}");
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

        throw part.Invalid("names and colors of the classes", node.ToJsonString());
    }
}
