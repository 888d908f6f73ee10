using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SparseRefine.Layers;
using SparseRefine.Persistence;

namespace SparseRefine.Training;

/// <summary>
/// The state of a training in one file, an archive as model files are: <c>training.json</c>, and SafeTensors of the values, of both moments, of the average and
/// of the best values. There is always a whole one.
/// </summary>
internal sealed class CheckpointFile
{
    private const string FileName = "training.checkpoint";
    private const string Record = "training.json";
    private const string BestKind = "best";
    private static readonly ArchiveKind Kind = new("sparserefine-checkpoint", 3, "checkpoint");
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
            throw new InvalidInputException("WorkspacePath (--workspace)", "a folder", $"{folder} ({e.Message})", e);
        }

        Path = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), FileName);
        _identity = identity;
    }

    public string Path { get; }

    // The first version was no archive: it began with these bytes.
    private static ReadOnlySpan<byte> FirstMagic => "SRCHKPT"u8;

    public void Save(TrainingState state) => AtomicFile.Write(Path, stream =>
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var archive = new ArchiveWriter(zip);
        archive.Add(Record, JsonSerializer.SerializeToUtf8Bytes(CheckpointRecord.Of(_identity, state), Json));
        foreach ((string kind, Parameter[] tensors) in Tensors(state, fill: true))
        {
            using var bytes = new MemoryStream();
            SafeTensors.Write(bytes, tensors);
            archive.Add(Entry(kind), bytes.ToArray(), CompressionLevel.NoCompression);
        }

        archive.AddManifest(Kind, []);
    });

    /// <summary>Takes over the best epoch's weights of some training of a network of the same shape, but for the layer of the classes.</summary>
    /// <param name="folder">Its workspace.</param>
    /// <param name="parameters">Filled.</param>
    /// <param name="classLayer">Those of them that are left as they are where the file's have another shape, as of other classes.</param>
    /// <returns>Whether <paramref name="classLayer"/> was filled, too.</returns>
    /// <exception cref="InvalidInputException">No checkpoint, a damaged one, none of a finished epoch, or of another shape.</exception>
    public static bool ReadBest(string folder, IReadOnlyList<Parameter> parameters, IReadOnlyList<Parameter> classLayer)
    {
        string path = System.IO.Path.Combine(System.IO.Path.GetFullPath(folder), FileName);
        if (!File.Exists(path))
        {
            throw new InvalidInputException(path, "the checkpoint of a training", "no such file");
        }

        ArchiveReader archive = Open(path);
        if (ReadRecord(archive).Reports.Count == 0)
        {
            throw new InvalidInputException(path, "a training with a finished epoch", "one without");
        }

        bool isSame = classLayer.All(p => SafeTensors.HasShape(Stream(archive, BestKind), Prefixed(BestKind, p), p.Shape, path));
        Parameter[] taken = [.. isSame ? parameters : parameters.Except(classLayer)];
        Parameter[] best = [.. taken.Select(p => new Parameter(Prefixed(BestKind, p), p.Shape, trained: false))];
        SafeTensors.Read(Stream(archive, BestKind), best, path, isPart: true);
        for (int i = 0; i < best.Length; i++)
        {
            best[i].Value.CopyTo(taken[i].Value, 0);
        }

        return isSame;
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

        ArchiveReader archive = Open(Path);
        CheckpointRecord record = ReadRecord(archive);
        if (_identity.Difference(record.Identity) is (string expected, string got))
        {
            throw archive.Invalid($"a checkpoint of {expected}", $"{got}; delete it or choose another WorkspacePath (--workspace)");
        }

        record.Restore(state);
        foreach ((string kind, Parameter[] tensors) in Tensors(state, fill: false))
        {
            SafeTensors.Read(Stream(archive, kind), tensors, Path);
            foreach (((_, _, float[] values), Parameter tensor) in Parts(state).Single(part => part.Kind == kind).Tensors.Zip(tensors))
            {
                tensor.Value.CopyTo(values, 0);
            }
        }

        return true;
    }

    private static ArchiveReader Open(string path)
    {
        byte[] bytes = ArchiveReader.ReadFile(path, Kind);
        return bytes.AsSpan().StartsWith(FirstMagic)
            ? throw new InvalidInputException(path, $"a {Kind.Noun} of this SparseRefine", "one of an older SparseRefine; delete it or choose another WorkspacePath (--workspace)")
            : ArchiveReader.Open(new MemoryStream(bytes, writable: false), path, Kind);
    }

    private static CheckpointRecord ReadRecord(ArchiveReader archive)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointRecord>(archive.Bytes(Record), Json)!;
        }
        catch (JsonException e)
        {
            throw archive.Invalid($"a readable {Record}", ArchiveReader.FirstLine(e), e);
        }
    }

    private static MemoryStream Stream(ArchiveReader archive, string kind) => new(archive.Bytes(Entry(kind)), writable: false);

    private static string Entry(string kind) => $"{kind}.safetensors";

    private static IEnumerable<(string Kind, Parameter[] Tensors)> Tensors(TrainingState state, bool fill) =>
        Parts(state).Select(part => (part.Kind, part.Tensors.Select(tensor =>
        {
            var parameter = new Parameter(tensor.Name, tensor.Shape, trained: false);
            if (fill)
            {
                tensor.Values.CopyTo(parameter.Value, 0);
            }

            return parameter;
        }).ToArray()));

    private static IEnumerable<(string Kind, IEnumerable<(string Name, int[] Shape, float[] Values)> Tensors)> Parts(TrainingState state)
    {
        AdamW optimizer = state.Optimizer;
        (string, IEnumerable<(string, int[], float[])>) Of(string kind, IReadOnlyList<Parameter> parameters, IReadOnlyList<float[]> values) =>
            (kind, values.Select((v, i) => (Prefixed(kind, parameters[i]), parameters[i].Shape, v)));
        return
        [
            Of("value", state.Parameters, [.. state.Parameters.Select(p => p.Value)]),
            Of("mean", optimizer.Parameters, optimizer.Means),
            Of("square", optimizer.Parameters, optimizer.Squares),
            Of("average", state.Parameters, state.Average?.Values ?? []),
            Of(BestKind, state.Parameters, state.Best),
        ];
    }

    private static string Prefixed(string kind, Parameter parameter) => $"{kind}.{parameter.Name}";
}
