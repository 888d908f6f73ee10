using System.Text.Json;
using System.Text.Json.Nodes;

namespace SparseRefine.Faults;

/// <summary>Harm in which JSON stays JSON: values of other types, huge numbers, missing and doubled keys, deep nesting.</summary>
internal static class JsonMutator
{
    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "1", "1.5", "1e308", "2147483647", "2147483648", "4294967296", "9223372036854775807", "\"\"", "\"x\"", "\"../../x\"",
        "[]", "{}", "[[1]]", "[4294967296]", "[2147483647,2147483647]", "{\"x\":1}", "\"\\u0000\"",
        new string('[', 90) + new string(']', 90), "[" + string.Join(',', Enumerable.Repeat("1073741824", 40)) + "]",
    ];

    /// <summary>Changes one or two values; sometimes the text then gets a key twice.</summary>
    public static string Mutate(string json, Random random)
    {
        JsonNode root = JsonNode.Parse(json)!;
        for (int i = random.Next(2); i >= 0; i--)
        {
            List<JsonNode> all = [];
            Collect(root, all);
            if (all.Count > 0)
            {
                Change(all[random.Next(all.Count)], random);
            }
        }

        string text = root.ToJsonString(new JsonSerializerOptions { MaxDepth = 256 });
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        return random.Next(10) == 0 && text.StartsWith("{\"", StringComparison.Ordinal) && comma > 0
            ? "{" + text[1..(comma + 1)] + text[1..] // its first key twice
            : text;
    }

    private static void Collect(JsonNode node, List<JsonNode> all)
    {
        IEnumerable<JsonNode?> children = node is JsonObject o ? o.Select(p => p.Value) : node is JsonArray a ? a : [];
        foreach (JsonNode? child in children)
        {
            if (child is not null)
            {
                all.Add(child);
                Collect(child, all);
            }
        }
    }

    private static void Change(JsonNode node, Random random)
    {
        JsonNode? value = JsonNode.Parse(Values[random.Next(Values.Length)], null, new JsonDocumentOptions { MaxDepth = 256 });
        switch (node.Parent)
        {
            case JsonObject parent:
                string key = node.GetPropertyName();
                parent.Remove(key);
                if (random.Next(6) > 0)
                {
                    parent[random.Next(12) == 0 ? key + "x" : key] = value;
                }

                break;
            case JsonArray parent when random.Next(5) == 0:
                parent.Remove(node);
                break;
            case JsonArray parent:
                parent[node.GetElementIndex()] = value;
                break;
        }
    }
}
