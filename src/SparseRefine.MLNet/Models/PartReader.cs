using System.Text.Json.Nodes;
using SparseRefine.Layers;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>Reads one part of a model file; whatever is missing or of another type is an error that names the file.</summary>
internal sealed class PartReader(ArchiveReader file, string kind, JsonObject options, JsonObject entries, Machine machine)
{
    /// <summary>Where the part runs. Files do not keep it, but for a GPU that they name.</summary>
    public Machine Machine => machine;

    /// <summary>Threads that the part may use on this machine; 0 means all processors.</summary>
    public int Threads => machine.Threads;

    public ClassList? Classes => options["classList"] is JsonNode node ? ClassColors.FromJson(node, this) : null;

    public string Text(string name) => OptionalText(name) ?? throw Missing(name, "a text");

    public string? OptionalText(string name) => Value<string>(options[name], name, "a text") is { Length: > 0 } text ? text : null;

    public int Integer(string name) => OptionalInteger(name) ?? throw Missing(name, "a whole number");

    public int? OptionalInteger(string name) =>
        options[name] is null ? null : Value<int>(options[name], name, "a whole number");

    public double Number(string name) => OptionalNumber(name) ?? throw Missing(name, "a number");

    public double? OptionalNumber(string name) =>
        options[name] is null ? null : Value<double>(options[name], name, "a number");

    public bool Flag(string name) => OptionalFlag(name) ?? throw Missing(name, "true or false");

    public bool? OptionalFlag(string name) => options[name] is null ? null : Value<bool>(options[name], name, "true or false");

    public float[] Numbers(string name) =>
        [.. Array(name).Select(item => (float)Value<double>(item, name, "numbers"))];

    public int[] Integers(string name) => [.. Array(name).Select(item => Value<int>(item, name, "whole numbers"))];

    public T Enum<T>(string name)
        where T : struct, Enum
    {
        string text = Text(name);
        return System.Enum.TryParse(text, out T value) && System.Enum.IsDefined(value)
            ? value
            : throw Invalid($"'{name}' to be one of {string.Join(", ", System.Enum.GetNames<T>())}", $"'{text}'");
    }

    public byte[] Entry(string name) => file.Bytes(EntryName(name));

    /// <summary>An entry's name in the file.</summary>
    public string EntryName(string name) =>
        Value<string>(entries[name], name, "an entry's name") ?? throw Missing(name, "an entry");

    /// <summary>What errors call an entry.</summary>
    public string EntryPath(string name) => $"{file.File}: {EntryName(name)}";

    /// <summary>Refuses sizes that the weights' bytes cannot have, before memory is taken for a network of these sizes.</summary>
    public void ExpectWeights(string name, double values)
    {
        int bytes = Entry(name).Length;
        if (values * sizeof(float) > bytes)
        {
            throw Invalid(FormattableString.Invariant($"at least {values} values as '{name}'"), $"{bytes} bytes");
        }
    }

    public void ReadWeights(string name, IReadOnlyList<Parameter> parameters)
    {
        using var stream = new MemoryStream(Entry(name), writable: false);
        SafeTensors.Read(stream, parameters, EntryPath(name));
    }

    public InvalidInputException Invalid(string expected, string got) => file.Invalid($"part '{kind}' with {expected}", got);

    private JsonArray Array(string name) => options[name] as JsonArray ?? throw Missing(name, "a list");

    private T? Value<T>(JsonNode? node, string name, string expected)
    {
        if (node is null)
        {
            return default;
        }

        return node is JsonValue value && value.TryGetValue(out T? result)
            ? result
            : throw Invalid($"{expected} as '{name}'", node.ToJsonString());
    }

    private InvalidInputException Missing(string name, string expected) => Invalid($"{expected} as '{name}'", "none");
}
