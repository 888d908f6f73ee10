using System.Diagnostics;
using System.Runtime.CompilerServices;
using Azure.Storage;
using Azure.Storage.Blobs;
using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>Azure's storage emulator, from the package beside these tests, with its blobs in memory.</summary>
public sealed class Azurite : IAsyncLifetime
{
    public const string Account = "devstoreaccount1";
    public const string Container = "photos";

    /// <summary>The emulator's own key, which Microsoft's documentation names.</summary>
    public const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private ServerProcess? _server;

    /// <summary>Why it cannot be started; null where it can.</summary>
    public static string? Missing => File.Exists(Program) ? null : "no azurite: npm ci --ignore-scripts --prefix tests/SparseRefine.Cluster.Tests/azurite";

    private static string Program { get; } = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "azurite", "node_modules", "azurite", "dist", "src", "blob", "main.js");

    public Uri Endpoint { get; private set; } = new("http://127.0.0.1:1");

    public BlobServiceClient Client => new(new Uri($"{Endpoint}{Account}"), new StorageSharedKeyCredential(Account, Key));

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        (_server, var ready) = await ServerProcess.Start(
            new ProcessStartInfo(
                "node", [Program, "--blobHost", "127.0.0.1", "--blobPort", "0", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"]),
            @"successfully listens on (http://127\.0\.0\.1:\d+)");
        Endpoint = new Uri(ready.Groups[1].Value);
        await Client.CreateBlobContainerAsync(Container);
        Environment.SetEnvironmentVariable("AZURE_STORAGE_ACCOUNT", Account);
        Environment.SetEnvironmentVariable("AZURE_STORAGE_KEY", Key);
    }

    public Task DisposeAsync()
    {
        _server?.Dispose();
        Environment.SetEnvironmentVariable("AZURE_STORAGE_ACCOUNT", null);
        Environment.SetEnvironmentVariable("AZURE_STORAGE_KEY", null);
        return Task.CompletedTask;
    }

    /// <summary>A store that no other test uses.</summary>
    public ObjectStore Open(string? prefix = null) =>
        ObjectStores.Open($"az://{Account}/{Container}/{prefix ?? Guid.NewGuid().ToString("N")}", new ObjectStoreOptions { Endpoint = Endpoint, Retries = 0 });

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
