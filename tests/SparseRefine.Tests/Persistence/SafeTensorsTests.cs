using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SparseRefine.Layers;
using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.Tests.Persistence;

public class SafeTensorsTests
{
    private const string GoodA = """ "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]} """;
    private const string GoodB = """ "b":{"dtype":"F32","shape":[1,1],"data_offsets":[8,12]} """;

    public static TheoryData<string, string> BadHeaders => new()
    {
        { "", "a JSON header" },
        { "[]", "an object as header" },
        { "{", "a JSON header" },
        { "{" + GoodA + "}", "expected tensor 'b', got none" },
        { "{" + GoodA + "," + GoodB + """,  "c":{"dtype":"F32","shape":[1],"data_offsets":[12,16]}}""", "got 'c'" },
        { "{" + GoodA + "," + GoodA + "}", "tensor 'a' once" },
        { "{" + GoodA + "," + GoodB + "} x", "a JSON header" },
        { "{" + GoodA + "," + GoodB + "} {}", "a JSON header" },
        { "{" + GoodA.Replace("F32", "F16") + "," + GoodB + "}", "dtype F32 for tensor 'a', got 'F16'" },
        { "{" + GoodA.Replace("\"F32\"", "3") + "," + GoodB + "}", "a JSON header" },
        { "{" + GoodA.Replace("\"F32\"", "null") + "," + GoodB + "}", "dtype F32" },
        { "{" + GoodA.Replace("dtype", "type") + "," + GoodB + "}", "got 'type'" },
        { "{" + GoodA.Replace("\"dtype\":\"F32\",", "") + "," + GoodB + "}", "got none" },
        { "{" + GoodA.Replace("\"shape\":[2],", "") + "," + GoodB + "}", "expected a shape" },
        { "{" + GoodA.Replace(",\"data_offsets\":[0,8]", "") + "," + GoodB + "}", "two data_offsets" },
        { "{" + GoodA.Replace("[0,8]", "[0,4,8]") + "," + GoodB + "}", "two data_offsets" },
        { "{" + GoodA.Replace("[2]", "2") + "," + GoodB + "}", "a list as shape" },
        { "{" + GoodA.Replace("[2]", "[\"2\"]") + "," + GoodB + "}", "whole numbers" },
        { "{" + GoodA.Replace("[2]", "[2.5]") + "," + GoodB + "}", "whole numbers" },
        { "{" + GoodA.Replace("[2]", "[-2]") + "," + GoodB + "}", "whole numbers" },
        { "{" + GoodA.Replace("[2]", "[99999999999999999999]") + "," + GoodB + "}", "whole numbers" },
        { "{" + GoodA.Replace("[2]", "[4611686018427387904,4]") + "," + GoodB + "}", "at most" },
        { "{" + GoodA.Replace("[2]", "[3]") + "," + GoodB + "}", "12 bytes for tensor 'a', got 8" },
        { "{" + GoodA.Replace("[0,8]", "[8,0]") + "," + GoodB + "}", "got -8" },
        { "{" + GoodA.Replace("[2]", "[1,2]") + "," + GoodB + "}", "expected shape [2] for tensor 'a', got [1, 2]" },
        { "{" + GoodA.Replace("[0,8]", "[4,12]") + "," + GoodB + "}", "to start at byte 0, got 4" },
        { "{" + GoodA + "," + GoodB.Replace("[8,12]", "[4,8]") + "}", "'b' to start at byte 8, got 4" },
        { "{" + GoodA + "," + GoodB.Replace("[8,12]", "[12,16]") + "}", "'b' to start at byte 8, got 12" },
        { "{" + GoodA + "," + GoodB.Replace("{", "{\"dtype\":\"F32\",") + "}", "dtype of tensor 'b' once" },
        { "{\"__metadata__\":3," + GoodA + "," + GoodB + "}", "an object as __metadata__" },
        { "{\"__metadata__\":{\"k\":3}," + GoodA + "," + GoodB + "}", "text as metadata 'k'" },
        { "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}," + GoodA + "," + GoodB + "}", "metadata 'k' once" },
        { "{\"__metadata__\":{},\"__metadata__\":{}," + GoodA + "," + GoodB + "}", "__metadata__ once" },
        { "{\"a\":[]}", "an object for tensor 'a'" },
        { "{\"a\":{\"shape\":[[[[[1]]]]]}}", "whole numbers" },
    };

    [Fact]
    public void Write_ReadIntoOtherOrder_GivesTheValuesAndMetadata()
    {
        Parameter[] saved = Make(1);
        using MemoryStream stream = new();
        SafeTensors.Write(stream, saved, new Dictionary<string, string> { ["form"] = "é\"{}", ["x"] = "" });
        Parameter[] loaded = [.. Make(2).Reverse()];

        stream.Position = 0;
        IReadOnlyDictionary<string, string> metadata = SafeTensors.Read(stream, loaded);

        Assert.Equal("é\"{}", metadata["form"]);
        Assert.Equal(2, metadata.Count);
        foreach (Parameter p in saved)
        {
            Assert.Equal(p.Value, loaded.Single(q => q.Name == p.Name).Value);
        }

        Assert.Equal("", metadata["x"]);
    }

    [Fact]
    public void Write_TwoTensors_FollowsTheFormat()
    {
        Parameter a = new("a", [2]);
        a.Value[1] = 1.5f;
        Parameter b = new("b.c", [1, 1]);
        using MemoryStream stream = new();

        SafeTensors.Write(stream, [a, b]);

        byte[] file = stream.ToArray();
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        Assert.Equal(8 + length + 12, file.Length);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        JsonElement entry = header.RootElement.GetProperty("b.c");
        Assert.Equal("F32", entry.GetProperty("dtype").GetString());
        Assert.Equal("[1,1]", entry.GetProperty("shape").GetRawText());
        Assert.Equal("[8,12]", entry.GetProperty("data_offsets").GetRawText());
        Assert.Equal(1.5f, BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(8 + length + 4)));
    }

    [Fact]
    public void Write_NoTensors_ReadsBack()
    {
        using MemoryStream stream = new();
        SafeTensors.Write(stream, []);
        stream.Position = 0;

        Assert.Empty(SafeTensors.Read(stream, []));
    }

    [Fact]
    public void Write_BadParameters_Throws()
    {
        Parameter a = new("a", [2]);
        Parameter reserved = new("__metadata__", [2]);

        Assert.Throws<ArgumentException>(() => SafeTensors.Write(Stream.Null, [a, a]));
        Assert.Throws<ArgumentException>(() => SafeTensors.Write(Stream.Null, [reserved]));
        a.Value[1] = float.NaN;
        Assert.Contains("NaN in a at 1", Assert.Throws<ArgumentException>(() => SafeTensors.Write(Stream.Null, [a])).Message);
    }

    [Theory]
    [MemberData(nameof(BadHeaders))]
    public void Read_BadHeader_ThrowsNamingFileAndReason(string header, string expected)
    {
        Parameter[] parameters = Small();

        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => SafeTensors.Read(File(header, new float[4]), parameters, "w.safetensors"));

        Assert.StartsWith("w.safetensors: expected ", e.Message);
        Assert.Contains(header.Length == 0 ? "expected a header of 1" : expected, e.Message);
        Assert.All(parameters, p => Assert.All(p.Value, v => Assert.Equal(7, v)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void Read_ValueNotFinite_ThrowsAndChangesNothing(float bad)
    {
        Parameter[] parameters = Small();

        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => SafeTensors.Read(File("{" + GoodA + "," + GoodB + "}", [1, 2, bad]), parameters));

        Assert.Contains("finite values in tensor 'b'", e.Message);
        Assert.All(parameters, p => Assert.All(p.Value, v => Assert.Equal(7, v)));
    }

    [Fact]
    public void Read_TooManyBytes_Throws() => Assert.Contains(
        "got more bytes",
        Assert.Throws<InvalidInputException>(
            () => SafeTensors.Read(File("{" + GoodB + "," + GoodA + "}", [1, 2, 3, 4]), Small())).Message);

    [Fact]
    public void Read_EveryTruncation_Throws()
    {
        byte[] file = File("{" + GoodA + "," + GoodB + "}", [1, 2, 3]).ToArray();
        for (int length = 0; length < file.Length; length++)
        {
            byte[] cut = file[..length];
            Assert.Throws<InvalidInputException>(() => SafeTensors.Read(new MemoryStream(cut), Small()));
        }
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData((1UL << 24) + 1)]
    [InlineData(ulong.MaxValue)]
    public void Read_HeaderLengthOutOfRange_ThrowsBeforeReadingIt(ulong length)
    {
        byte[] file = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);

        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => SafeTensors.Read(new MemoryStream(file), Small()));

        Assert.Contains($"got {length}", e.Message);
    }

    [Fact]
    public void Read_MutatedFiles_LoadOrThrowInvalidInput()
    {
        byte[] good = File("{\"__metadata__\":{\"k\":\"v\"}," + GoodA + "," + GoodB + "}", [1, 2, 3]).ToArray();
        Random random = new(4);
        int refused = 0;
        for (int i = 0; i < 2000; i++)
        {
            byte[] file = [.. good];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            Parameter[] parameters = Small();
            try
            {
                SafeTensors.Read(new MemoryStream(file), parameters);
                Assert.All(parameters, p => Assert.All(p.Value, v => Assert.True(float.IsFinite(v))));
            }
            catch (InvalidInputException)
            {
                refused++;
                Assert.All(parameters, p => Assert.All(p.Value, v => Assert.Equal(7, v)));
            }
        }

        Assert.InRange(refused, 500, 1999);
    }

    [Fact]
    public void Read_ParametersOfOneName_ThrowsArgumentException() => Assert.Throws<ArgumentException>(
        () => SafeTensors.Read(Stream.Null, [new Parameter("a", [1]), new Parameter("a", [1])]));

    private static MemoryStream File(string header, float[] values)
    {
        MemoryStream stream = new();
        byte[] json = Encoding.UTF8.GetBytes(header);
        stream.Write(BitConverter.GetBytes((ulong)json.Length));
        stream.Write(json);
        foreach (float value in values)
        {
            stream.Write(BitConverter.GetBytes(value));
        }

        stream.Position = 0;
        return stream;
    }

    private static Parameter[] Small()
    {
        Parameter[] parameters = [new("a", [2]), new("b", [1, 1])];
        foreach (Parameter parameter in parameters)
        {
            Array.Fill(parameter.Value, 7);
        }

        return parameters;
    }

    private static Parameter[] Make(int seed)
    {
        Random random = new(seed);
        Parameter[] parameters =
        [
            new("stem.weight", [9, 3, 32]), new("stem.bn.mean", [32], trained: false), new("größe \"x\"", [70001]),
        ];
        foreach (Parameter parameter in parameters)
        {
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                parameter.Value[i] = (float)random.NextDouble() - 0.5f;
            }
        }

        return parameters;
    }
}
