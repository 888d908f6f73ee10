using SparseRefine.Batch;

namespace SparseRefine.Cluster.Tests.Jobs;

/// <summary>Photos, a small model and a store for results; of a cloud the photos lie in the store, too.</summary>
internal sealed class StoreScene : IAsyncDisposable
{
    private static readonly Lazy<byte[]> Pipeline = new(() =>
    {
        using TestFolder folder = new();
        TinyPipeline.SaveStriped(folder["fitted.sparserefine"], folder.Root);
        return File.ReadAllBytes(folder["fitted.sparserefine"]);
    });

    private readonly ObjectStoreOptions _reached;

    /// <summary>Makes a scene.</summary>
    /// <param name="address">A prefix that no other test uses; null: folders.</param>
    /// <param name="endpoint">Its server.</param>
    public StoreScene(string? address, Uri? endpoint)
    {
        _reached = new ObjectStoreOptions { Endpoint = endpoint, Retries = 0 };
        Photos = address is null ? Folder["images"] : $"{address}/in";
        Output = ObjectStores.Open(address is null ? Folder["out"] : $"{address}/out", _reached);
        Input = ObjectStores.Open(Photos, _reached);
        File.WriteAllBytes(Folder["fitted.sparserefine"], Pipeline.Value);
    }

    public TestFolder Folder { get; } = new();

    public string Photos { get; }

    public ObjectStore Input { get; }

    public ObjectStore Output { get; }

    public bool IsCloud => StoreAddress.IsAddress(Photos);

    public Func<StoreAddress, ObjectStore> Opener => address => ObjectStores.Open(address, _reached);

    public ScoringOptions Options => new()
    {
        Model = Folder["fitted.sparserefine"],
        Output = Output.Address,
        OutputStore = Output,
        OpenStore = Opener,
        Workspace = Folder["work"],
        Inputs = new ScoringInputs { Paths = [Photos] },
    };

    /// <summary>What the journals call the photos' results.</summary>
    public string Results => $"results/{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Pipeline.Value))[..16]}/";

    public async Task PutPhotos(params IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            Folder.WritePhoto($"../photos/{name}", 24, 32, seed: name.Length + name[0]);
            await Put(Input, name, await File.ReadAllBytesAsync(Folder[$"photos/{name}"]));
        }
    }

    public static async Task<bool> Put(ObjectStore store, string key, byte[] bytes, bool replace = true)
    {
        using MemoryStream content = new(bytes);
        return await store.PutAsync(key, content, replace);
    }

    public static async Task<byte[]> Read(ObjectStore store, string key)
    {
        await using Stream content = await store.OpenAsync(key);
        using MemoryStream bytes = new();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static async Task<ScoringSummary> Run(ScoringOptions options, CancellationToken cancellation = default, params IReadOnlyList<IScoringObserver> observers) =>
        await new ScoringJob(options, observers).RunAsync(cancellation);

    public async Task<string[]> Keys(string prefix)
    {
        List<string> keys = [];
        await foreach (StoredObject found in Output.ListAsync(prefix))
        {
            keys.Add(found.Key);
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }

    public async Task<JournalEntry[]> Entries(string key = "journals/0-of-1.jsonl")
    {
        await File.WriteAllBytesAsync(Folder["journal.jsonl"], await Read(Output, key));
        return [.. JournalFile.Read(Folder["journal.jsonl"])];
    }

    public async ValueTask DisposeAsync()
    {
        await Output.DisposeAsync();
        await Input.DisposeAsync();
        Folder.Dispose();
    }
}
