using System.Buffers;
using System.Text;
using System.Text.Json;
using SparseRefine.Layers;

namespace SparseRefine.Persistence;

/// <summary>The JSON header of a SafeTensors file: what is stored where.</summary>
internal sealed class SafeTensorsHeader
{
    private const string MetadataKey = "__metadata__";
    private const string ElementType = "F32";
    private readonly string _name;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafeTensorsHeader(string name) => _name = name;

    /// <summary>Tensors by name.</summary>
    public IReadOnlyDictionary<string, Entry> Entries => _entries;

    /// <summary>Free text entries.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads a header and checks each entry by itself, and that all together cover the data without gap.</summary>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, string name)
    {
        SafeTensorsHeader header = new(name);
        try
        {
            header.ParseEntries(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException
            && e is not InvalidInputException)
        {
            throw new InvalidInputException(name, "a JSON header of tensors", e.Message, e);
        }

        header.CheckOffsets();
        return header;
    }

    /// <summary>Makes the header of the given tensors, stored one after the other.</summary>
    public static byte[] Format(IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                writer.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            long offset = 0;
            HashSet<string> seen = new(StringComparer.Ordinal) { MetadataKey };
            foreach (Parameter parameter in parameters)
            {
                if (!seen.Add(parameter.Name))
                {
                    throw new ArgumentException(
                        $"parameters: expected each name once and none {MetadataKey}, got {parameter.Name}",
                        nameof(parameters));
                }

                long end = offset + ((long)parameter.Value.Length * sizeof(float));
                WriteEntry(writer, parameter, offset, end);
                offset = end;
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter writer, Parameter parameter, long offset, long end)
    {
        writer.WriteStartObject(parameter.Name);
        writer.WriteString("dtype", ElementType);
        writer.WriteStartArray("shape");
        foreach (int size in parameter.Shape)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data_offsets");
        writer.WriteNumberValue(offset);
        writer.WriteNumberValue(end);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void ParseEntries(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 4 });
        Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject, "an object as header", "none");
        bool hasMetadata = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (key == MetadataKey)
            {
                Expect(!hasMetadata, $"{MetadataKey} once", "it twice");
                hasMetadata = true;
                ParseMetadata(ref reader);
            }
            else
            {
                Expect(!_entries.ContainsKey(key), $"tensor '{key}' once", "it twice");
                _entries.Add(key, ParseEntry(ref reader, key));
            }
        }

        // Reads on to the header's end: anything but blanks there makes the reader throw.
        Expect(!reader.Read(), "nothing after the header's object", $"{reader.TokenType}");
    }

    private void ParseMetadata(ref Utf8JsonReader reader)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject, $"an object as {MetadataKey}", $"{reader.TokenType}");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            Expect(reader.TokenType == JsonTokenType.String, $"text as metadata '{key}'", $"{reader.TokenType}");
            Expect(_metadata.TryAdd(key, reader.GetString()!), $"metadata '{key}' once", "it twice");
        }
    }

    private Entry ParseEntry(ref Utf8JsonReader reader, string tensor)
    {
        Expect(reader.TokenType == JsonTokenType.StartObject, $"an object for tensor '{tensor}'", $"{reader.TokenType}");
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            bool isNew;
            switch (key)
            {
                case "dtype":
                    isNew = type is null;
                    type = reader.GetString() ?? "";
                    break;
                case "shape":
                    isNew = shape is null;
                    shape = ParseNumbers(ref reader, tensor, key);
                    break;
                case "data_offsets":
                    isNew = offsets is null;
                    offsets = ParseNumbers(ref reader, tensor, key);
                    break;
                default:
                    throw new InvalidInputException(
                        _name, $"dtype, shape and data_offsets for tensor '{tensor}'", $"'{key}'");
            }

            Expect(isNew, $"{key} of tensor '{tensor}' once", "it twice");
        }

        Expect(type == ElementType, $"dtype {ElementType} for tensor '{tensor}'", type is null ? "none" : $"'{type}'");
        Expect(shape is not null, $"a shape for tensor '{tensor}'", "none");
        Expect(offsets is { Length: 2 }, $"two data_offsets for tensor '{tensor}'", $"{offsets?.Length ?? 0}");
        return CheckLength(tensor, new Entry(tensor, shape!, offsets![0], offsets[1]));
    }

    private long[] ParseNumbers(ref Utf8JsonReader reader, string tensor, string key)
    {
        Expect(reader.TokenType == JsonTokenType.StartArray, $"a list as {key} of '{tensor}'", $"{reader.TokenType}");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            bool isNumber = reader.TokenType == JsonTokenType.Number;
            long value = 0;
            Expect(
                isNumber && reader.TryGetInt64(out value) && value >= 0,
                $"whole numbers of at least 0 in {key} of '{tensor}'",
                isNumber ? Encoding.UTF8.GetString(reader.ValueSpan) : $"{reader.TokenType}");
            numbers.Add(value);
        }

        return [.. numbers];
    }

    private Entry CheckLength(string tensor, Entry entry)
    {
        Int128 length = 1;
        foreach (long size in entry.Shape)
        {
            length *= size;
            Expect(length <= Array.MaxLength, $"at most {Array.MaxLength} values in tensor '{tensor}'", "more");
        }

        Int128 bytes = (Int128)entry.End - entry.Start;
        Expect(bytes == length * sizeof(float), $"{length * sizeof(float)} bytes for tensor '{tensor}'", $"{bytes}");
        return entry;
    }

    /// <summary>In order of their offsets, each tensor must start where the one before it ends.</summary>
    private void CheckOffsets()
    {
        long end = 0;
        foreach (Entry entry in InOrder())
        {
            Expect(entry.Start == end, $"tensor '{entry.Name}' to start at byte {end}", $"{entry.Start}");
            end = entry.End;
        }
    }

    /// <summary>Entries as they follow each other in the data.</summary>
    public IEnumerable<Entry> InOrder() => _entries.Values.OrderBy(entry => entry.Start).ThenBy(entry => entry.End);

    private void Expect(bool holds, string expected, string got)
    {
        if (!holds)
        {
            throw new InvalidInputException(_name, expected, got);
        }
    }

    /// <summary>One tensor: its sizes, and its bytes [Start, End) of the data.</summary>
    internal sealed record Entry(string Name, long[] Shape, long Start, long End);
}
