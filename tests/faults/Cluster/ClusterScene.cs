using System.Diagnostics;
using System.Security.Cryptography;
using SparseRefine.Batch;
using SparseRefine.Cluster;
using SparseRefine.Cluster.Tests;

namespace SparseRefine.Faults;

/// <summary>A job on many workers: photos and model of a <see cref="JobScene"/>, nodes of a broker, a store that is a folder or Azurite.</summary>
internal sealed class ClusterScene : IDisposable
{
    private readonly string _folder;
    private readonly JobScene _scene;
    private readonly int _slices;
    private readonly bool _isAzure;
    private readonly string _azuriteHost;
    private int _jobs;
    private ServerProcess? _azurite;
    private int _azuritePort;

    /// <summary>Makes the photos and starts the servers.</summary>
    /// <param name="folder">An empty folder.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="photos">Number of photos.</param>
    /// <param name="slices">Number of slices.</param>
    /// <param name="nodes">Nodes of the broker, 1 or 3.</param>
    /// <param name="isAzure">Whether results go to Azurite.</param>
    /// <param name="network">Where the broker listens, too, and the store; null: loopback alone.</param>
    public ClusterScene(string folder, string tool, int photos, int slices, int nodes, bool isAzure, CutNetwork? network = null)
    {
        (_folder, _slices, _isAzure, _azuriteHost) = (folder, slices, isAzure, network?.StoreAddress ?? "127.0.0.1");
        _scene = new JobScene(tool, Path.Combine(folder, "scene"), photos, 96);
        Nodes = [new RabbitServer(null, network?.BrokerAddress)];
        for (int i = 1; i < nodes; i++)
        {
            Nodes.Add(new RabbitServer(Nodes[0].EpmdPort));
        }

        string[] names = nodes > 1 ? [.. Nodes.Select(node => node.Node)] : [];
        foreach (RabbitServer node in Nodes)
        {
            node.Start(names).GetAwaiter().GetResult();
        }

        if (isAzure)
        {
            _azuritePort = RabbitServer.FreePorts(1)[0];
            StartAzurite();
        }
    }

    private string Endpoint => $"http://{_azuriteHost}:{_azuritePort}";

    /// <summary>The broker's nodes.</summary>
    public List<RabbitServer> Nodes { get; }

    /// <summary>The job's place.</summary>
    public string Place { get; private set; } = "";

    /// <summary>The words that name place and endpoint.</summary>
    public string[] At => _isAzure ? ["--out", Place, "--endpoint", Endpoint] : ["--out", Place];

    /// <summary>A folder for workers.</summary>
    public string Scratch => Path.Combine(_folder, "scratch");

    /// <summary>The tool.</summary>
    public string Tool => _scene.Tool;

    /// <summary>Plans a new job of the same photos, in a new place.</summary>
    /// <param name="attempts">How often a slice may end its worker.</param>
    /// <param name="broker">The broker's address; null: none.</param>
    /// <returns>The job.</returns>
    public ClusterJob Plan(int attempts, string? broker)
    {
        Place = _isAzure ? $"az://{Account}/{Container}/job{++_jobs}" : Path.Combine(_folder, $"job{++_jobs}");
        string[] scene = _scene.Arguments("");
        using ToolProcess plan = new(
            Tool, ["plan", "--model", scene[2], "--images", scene[4], "--slices", $"{_slices}", "--attempts", $"{attempts}", "--queue", $"job{_jobs}", .. At, .. (string[])(broker is null ? [] : ["--broker", broker])]);
        if (plan.End(300) != 0)
        {
            throw new InvalidDataException($"plan: expected exit code 0, got {plan.ExitCode}: {plan.Error}");
        }

        return ClusterJob.ReadAsync(Store()).GetAwaiter().GetResult();
    }

    /// <summary>Publishes what has no journal, as a user does once the queue is empty.</summary>
    public void PublishMissing()
    {
        using ToolProcess plan = new(Tool, ["plan", "--missing", .. At, "--broker", Nodes[0].Address]);
        if (plan.End(300) != 0)
        {
            throw new InvalidDataException($"plan --missing: expected exit code 0, got {plan.ExitCode}: {plan.Error}");
        }
    }

    /// <summary>The job's store; it lives as long as this process.</summary>
    public ObjectStore Store() =>
        _isAzure ? ObjectStores.Open(Place, new ObjectStoreOptions { Endpoint = new Uri(Endpoint) }) : new FolderStore(Place);

    /// <summary>Slices that are done; null where the store does not answer.</summary>
    public int? Done(ClusterJob job)
    {
        try
        {
            return job.Slices - JobPlanner.MissingAsync(Store(), job).GetAwaiter().GetResult().Count;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Checks a finished job: every photo once, labels of an undisturbed run, no other result, no part left.</summary>
    /// <exception cref="InvalidDataException">Something is missing, different or too much.</exception>
    public void Audit()
    {
        ObjectStore store = Store();
        string merged = Path.Combine(_folder, "merged.jsonl");
        string[] journals = [.. store.ListAsync(JobKeys.Journals).ToBlockingEnumerable().Select(found => store.AddressOf(found.Key))];
        JournalMerge.Merge(journals, merged, address => ObjectStores.Open(address, new ObjectStoreOptions { Endpoint = new Uri(Endpoint) }));
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (JournalEntry entry in JournalFile.Read(merged))
        {
            foreach ((string key, string hash) in entry.Outputs)
            {
                string name = string.Join('/', key.Split('/').Skip(2));
                using Stream content = store.OpenAsync(key).GetAwaiter().GetResult();
                string got = Convert.ToHexStringLower(SHA256.HashData(content));
                if (got != hash || _scene.Expected.GetValueOrDefault(name) != hash || !names.Add(name))
                {
                    throw new InvalidDataException($"{key}: expected the labels of an undisturbed run once, {_scene.Expected.GetValueOrDefault(name)}, got {got}, in the journal {hash}");
                }
            }
        }

        int results = store.ListAsync("results/").ToBlockingEnumerable().Count();
        int parts = store.ListAsync("parts/").ToBlockingEnumerable().Count();
        if (names.Count != _scene.Expected.Count || results != names.Count)
        {
            throw new InvalidDataException($"{Place}: expected {_scene.Expected.Count} results, got {names.Count} in the journal and {results} in the store");
        }

        Console.WriteLine($"  {Place}: {names.Count} photos once, equal to an undisturbed run{(parts > 0 ? $"; {parts} parts were left" : "")}");
    }

    /// <summary>Kills Azurite and starts it again.</summary>
    public void RestartAzurite()
    {
        _azurite!.Dispose();
        StartAzurite();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _azurite?.Dispose();
        foreach (RabbitServer node in Enumerable.Reverse(Nodes))
        {
            node.Dispose();
        }
    }

    private const string Account = "devstoreaccount1";
    private const string Container = "jobs";

    private void StartAzurite()
    {
        bool isFirst = _azurite is null;
        (_azurite, _) = ServerProcess.Start(
            new ProcessStartInfo(
                "node", [Azurite.Program, "--blobHost", _azuriteHost, "--blobPort", $"{_azuritePort}", "--location", Path.Combine(_folder, "azurite"), "--skipApiVersionCheck", "--disableTelemetry", "--silent"]),
            "successfully listens on").GetAwaiter().GetResult();
        Environment.SetEnvironmentVariable("AZURE_STORAGE_ACCOUNT", Account);
        Environment.SetEnvironmentVariable("AZURE_STORAGE_KEY", Azurite.Key);
        if (isFirst)
        {
            Azure.Storage.StorageSharedKeyCredential key = new(Account, Azurite.Key);
            new Azure.Storage.Blobs.BlobServiceClient(new Uri($"{Endpoint}/{Account}"), key).CreateBlobContainer(Container);
        }
    }

    private static class Azurite
    {
        /// <summary>The emulator's own key, which Microsoft's documentation names.</summary>
        public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

        public static string Program { get; } = Path.GetFullPath(Path.Combine(
            Path.GetDirectoryName(ThisFile())!, "..", "..", "SparseRefine.Cluster.Tests", "azurite", "node_modules", "azurite", "dist", "src", "blob", "main.js"));

        private static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;
    }
}
