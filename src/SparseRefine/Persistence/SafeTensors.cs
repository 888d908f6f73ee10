using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using SparseRefine.Layers;

namespace SparseRefine.Persistence;

/// <summary>
/// Weight files in the SafeTensors format: the header's length as 8 little-endian bytes, a JSON header
/// <c>{name: {dtype, shape, data_offsets}, "__metadata__": {key: text}}</c> padded with blanks, then the values as
/// little-endian floats without gaps. Thread-safe as long as nobody else uses the stream or the parameters.
/// </summary>
internal static class SafeTensors
{
    /// <summary>Longest header that reading accepts, in bytes: 16 MiB, room for 100,000 tensors.</summary>
    public const int MaxHeaderBytes = 1 << 24;

    private const int Alignment = 8;
    private const int PieceFloats = 1 << 16;

    /// <summary>Writes all values.</summary>
    /// <param name="stream">Where to write. Stays open.</param>
    /// <param name="parameters">Tensors, written in this order.</param>
    /// <param name="metadata">Free text entries; null for none.</param>
    /// <exception cref="ArgumentException">A name given twice or reserved, a value that is NaN or infinite.</exception>
    public static void Write(
        Stream stream, IReadOnlyList<Parameter> parameters, IReadOnlyDictionary<string, string>? metadata = null)
    {
        foreach (Parameter parameter in parameters)
        {
            int bad = FirstNotFinite(parameter.Value);
            if (bad >= 0)
            {
                throw new ArgumentException(
                    $"parameters: expected finite values, got {parameter.Value[bad]} in {parameter.Name} at {bad}",
                    nameof(parameters));
            }
        }

        byte[] header = SafeTensorsHeader.Format(parameters, metadata);
        int padded = (header.Length + Alignment - 1) / Alignment * Alignment;
        if (padded > MaxHeaderBytes)
        {
            throw new ArgumentException(
                $"parameters: expected names and metadata of at most {MaxHeaderBytes} bytes, got {padded}", nameof(parameters));
        }

        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded);
        stream.Write(length);
        stream.Write(header);
        stream.Write(Encoding.ASCII.GetBytes(new string(' ', padded - header.Length)));
        foreach (Parameter parameter in parameters)
        {
            WriteValues(stream, parameter.Value);
        }
    }

    /// <summary>Reads values into parameters. All or nothing: they change only once the whole file proved right.</summary>
    /// <param name="stream">Where the header's length stands; read to its end. Stays open.</param>
    /// <param name="parameters">Tensors to fill; the file must hold exactly these, in any order.</param>
    /// <param name="name">What messages call the file.</param>
    /// <returns>The free text entries.</returns>
    /// <exception cref="InvalidInputException">
    /// A header that is too long or no valid JSON; a tensor that is missing, unknown, given twice, not F32 or of another
    /// shape; offsets that overlap, leave gaps or do not fit the shape; too few or too many bytes; a value that is NaN or
    /// infinite.
    /// </exception>
    /// <exception cref="ArgumentException">Two parameters of one name.</exception>
    public static IReadOnlyDictionary<string, string> Read(
        Stream stream, IReadOnlyList<Parameter> parameters, string name = "weights") => Read(stream, parameters, name, isPart: false);

    /// <summary>Reads values; with <paramref name="isPart"/> from a stream that can seek and may hold other tensors as well.</summary>
    internal static IReadOnlyDictionary<string, string> Read(Stream stream, IReadOnlyList<Parameter> parameters, string name, bool isPart)
    {
        Dictionary<string, Parameter> wanted = new(StringComparer.Ordinal);
        foreach (Parameter parameter in parameters)
        {
            if (!wanted.TryAdd(parameter.Name, parameter))
            {
                throw new ArgumentException(
                    $"parameters: expected each name once, got {parameter.Name} twice", nameof(parameters));
            }
        }

        SafeTensorsHeader header = ReadHeader(stream, name);
        CheckTensors(header, wanted, name, isPart);
        List<(Parameter Parameter, float[] Values)> read = [];
        foreach (SafeTensorsHeader.Entry entry in header.InOrder())
        {
            if (!wanted.TryGetValue(entry.Name, out Parameter? parameter))
            {
                stream.Position += entry.End - entry.Start;
                continue;
            }

            float[] values = new float[parameter.Value.Length];
            ReadValues(stream, values, entry.Name, name);
            read.Add((parameter, values));
        }

        if (stream.ReadByte() >= 0)
        {
            throw new InvalidInputException(name, "the end after the last tensor", "more bytes");
        }

        foreach ((Parameter parameter, float[] values) in read)
        {
            values.CopyTo(parameter.Value, 0);
        }

        return header.Metadata;
    }

    /// <summary>Whether the file holds a tensor of this name and shape.</summary>
    internal static bool HasShape(Stream stream, string tensor, IReadOnlyList<int> shape, string name) =>
        ReadHeader(stream, name).Entries.TryGetValue(tensor, out SafeTensorsHeader.Entry? entry) && entry.Shape.SequenceEqual(shape.Select(size => (long)size));

    private static SafeTensorsHeader ReadHeader(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[sizeof(ulong)];
        Fill(stream, start, "the header's length", name);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length is 0 or > MaxHeaderBytes)
        {
            throw new InvalidInputException(
                name, $"a header of 1 to {MaxHeaderBytes} bytes", $"{length}");
        }

        byte[] json = new byte[(int)length];
        Fill(stream, json, "the header", name);
        return SafeTensorsHeader.Parse(json, name);
    }

    private static void CheckTensors(SafeTensorsHeader header, Dictionary<string, Parameter> wanted, string name, bool isPart)
    {
        foreach (Parameter parameter in wanted.Values)
        {
            if (!header.Entries.TryGetValue(parameter.Name, out SafeTensorsHeader.Entry? entry))
            {
                throw new InvalidInputException(name, $"tensor '{parameter.Name}'", "none of that name");
            }

            if (!entry.Shape.SequenceEqual(parameter.Shape.Select(size => (long)size)))
            {
                throw new InvalidInputException(
                    name, $"shape [{string.Join(", ", parameter.Shape)}] for tensor '{parameter.Name}'", $"[{string.Join(", ", entry.Shape)}]");
            }
        }

        foreach (string found in header.Entries.Keys)
        {
            if (!isPart && !wanted.ContainsKey(found))
            {
                throw new InvalidInputException(name, "tensors of the network only", $"'{found}'");
            }
        }
    }

    private static void ReadValues(Stream stream, float[] values, string tensor, string name)
    {
        for (int start = 0; start < values.Length; start += PieceFloats)
        {
            Span<float> piece = values.AsSpan(start, Math.Min(PieceFloats, values.Length - start));
            Fill(stream, MemoryMarshal.AsBytes(piece), $"tensor '{tensor}'", name);
            SwapIfBigEndian(piece);
        }

        int bad = FirstNotFinite(values);
        if (bad >= 0)
        {
            throw new InvalidInputException(
                name, $"finite values in tensor '{tensor}'", $"{values[bad]} at {bad}");
        }
    }

    private static void WriteValues(Stream stream, float[] values)
    {
        if (BitConverter.IsLittleEndian)
        {
            for (int start = 0; start < values.Length; start += PieceFloats)
            {
                stream.Write(MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(PieceFloats, values.Length - start))));
            }

            return;
        }

        float[] swapped = [.. values];
        SwapIfBigEndian(swapped);
        stream.Write(MemoryMarshal.AsBytes(swapped.AsSpan()));
    }

    private static void SwapIfBigEndian(Span<float> values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }

    private static int FirstNotFinite(float[] values) => Array.FindIndex(values, value => !float.IsFinite(value));

    private static void Fill(Stream stream, Span<byte> bytes, string what, string name)
    {
        int got = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (got != bytes.Length)
        {
            throw new InvalidInputException(name, $"{bytes.Length} more bytes in {what}", $"{got} before the end");
        }
    }
}
