using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using SparseRefine.Layers;
using SparseRefine.Persistence;

namespace SparseRefine.Training;

/// <summary>
/// The state of a training in one file: 8 bytes "SRCHKPT" and version; the SHA-256 of all that follows; the length of a
/// deflated JSON record as 8 little-endian bytes, the record; SafeTensors of values, moments and best values. Written
/// by <see cref="AtomicFile"/>: there is always a whole one.
/// </summary>
internal sealed class CheckpointFile
{
    private const string FileName = "training.checkpoint";
    private const string BestKind = "best";
    private const int HeaderBytes = 8 + SHA256.HashSizeInBytes;
    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly TrainingIdentity _identity;

    /// <param name="folder">Where the file lies; made where it is missing.</param>
    /// <param name="identity">The training that the file must be of.</param>
    public CheckpointFile(string folder, TrainingIdentity identity)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException("WorkspacePath", "a folder", $"{folder} ({e.Message})", e);
        }

        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), FileName);
        _identity = identity;
    }

    public string Path { get; }

    // The last byte is the version.
    private static ReadOnlySpan<byte> Magic => "SRCHKPT\x01"u8;

    public void Save(TrainingState state)
    {
        using AtomicFile file = AtomicFile.Create(Path);
        file.Stream.Write(Magic);
        file.Stream.Write(new byte[SHA256.HashSizeInBytes]);
        byte[] record = Deflate(JsonSerializer.SerializeToUtf8Bytes(CheckpointRecord.Of(_identity, state), Json));
        file.Stream.Write(BitConverter.GetBytes((long)record.Length));
        file.Stream.Write(record);
        SafeTensors.Write(file.Stream, Tensors(state, fill: true));
        file.Stream.Position = HeaderBytes;
        byte[] hash = SHA256.HashData(file.Stream);
        file.Stream.Position = Magic.Length;
        file.Stream.Write(hash);
        file.Commit();
    }

    /// <summary>Takes over the best epoch's weights of some training of a network of the same shape.</summary>
    /// <param name="folder">Its workspace.</param>
    /// <param name="parameters">Filled.</param>
    /// <exception cref="InvalidInputException">No checkpoint, a damaged one, none of a finished epoch, or of another shape.</exception>
    public static void ReadBest(string folder, IReadOnlyList<Parameter> parameters)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), FileName);
        if (!File.Exists(path))
        {
            throw Invalid(path, "the checkpoint of a training", "no such file");
        }

        using FileStream stream = File.OpenRead(path);
        if (ReadRecord(stream, path).Reports.Count == 0)
        {
            throw Invalid(path, "a training with a finished epoch", "one without");
        }

        Parameter[] best = [.. parameters.Select(p => new Parameter(Prefixed(BestKind, p), p.Shape, trained: false))];
        SafeTensors.Read(stream, best, path, isPart: true);
        for (int i = 0; i < best.Length; i++)
        {
            best[i].Value.CopyTo(parameters[i].Value, 0);
        }
    }

    /// <summary>Puts the file's state into <paramref name="state"/>, which has none of its own yet.</summary>
    /// <returns>False where there is no file.</returns>
    /// <exception cref="InvalidInputException">Damaged, of another version, or of a training that differs in what the message names.</exception>
    public bool TryLoad(TrainingState state)
    {
        if (!File.Exists(Path))
        {
            return false;
        }

        using FileStream stream = File.OpenRead(Path);
        CheckpointRecord record = ReadRecord(stream, Path);
        if (_identity.Difference(record.Identity) is (string expected, string got))
        {
            throw Invalid(Path, $"a checkpoint of {expected}", $"{got}; delete it or choose another WorkspacePath");
        }

        record.Restore(state);
        Parameter[] tensors = Tensors(state, fill: false);
        SafeTensors.Read(stream, tensors, Path);
        Take(state, tensors);
        return true;
    }

    private static CheckpointRecord ReadRecord(FileStream stream, string path)
    {
        byte[] header = new byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes
            || !header.AsSpan().StartsWith(Magic[..^1]))
        {
            throw Invalid(path, "a checkpoint of a training", "a broken or foreign file");
        }

        if (header[Magic.Length - 1] != Magic[^1])
        {
            throw Invalid(path, $"checkpoint version {Magic[^1]}", $"{header[Magic.Length - 1]}");
        }

        if (!SHA256.HashData(stream).AsSpan().SequenceEqual(header.AsSpan(Magic.Length)))
        {
            throw Invalid(path, "a whole checkpoint", "one whose bytes do not fit its SHA-256");
        }

        // The hash fits: what follows is what was written.
        stream.Position = HeaderBytes;
        byte[] length = new byte[sizeof(long)];
        stream.ReadExactly(length);
        byte[] record = new byte[BitConverter.ToInt64(length)];
        stream.ReadExactly(record);
        using var inflated = new DeflateStream(new MemoryStream(record), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<CheckpointRecord>(inflated, Json)!;
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return packed.ToArray();
    }

    private static Parameter[] Tensors(TrainingState state, bool fill)
    {
        List<Parameter> tensors = [];
        foreach ((string name, int[] shape, float[] values) in Parts(state))
        {
            var tensor = new Parameter(name, shape, trained: false);
            if (fill)
            {
                values.CopyTo(tensor.Value, 0);
            }

            tensors.Add(tensor);
        }

        return [.. tensors];
    }

    private static void Take(TrainingState state, Parameter[] tensors)
    {
        foreach (((_, _, float[] values), Parameter tensor) in Parts(state).Zip(tensors))
        {
            tensor.Value.CopyTo(values, 0);
        }
    }

    private static IEnumerable<(string Name, int[] Shape, float[] Values)> Parts(TrainingState state)
    {
        AdamW optimizer = state.Optimizer;
        IEnumerable<(string, int[], float[])> Of(string kind, IReadOnlyList<Parameter> parameters, IReadOnlyList<float[]> values) =>
            values.Select((v, i) => (Prefixed(kind, parameters[i]), parameters[i].Shape, v));
        return Of("value", state.Parameters, [.. state.Parameters.Select(p => p.Value)])
            .Concat(Of("mean", optimizer.Parameters, optimizer.Means))
            .Concat(Of("square", optimizer.Parameters, optimizer.Squares))
            .Concat(Of("average", state.Parameters, state.Average?.Values ?? []))
            .Concat(Of(BestKind, state.Parameters, state.Best));
    }

    private static string Prefixed(string kind, Parameter parameter) => $"{kind}.{parameter.Name}";

    private static InvalidInputException Invalid(string path, string expected, string got) => new(path, expected, got);
}
