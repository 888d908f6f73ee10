using SparseRefine.Batch;
using SparseRefine.Cli.Tests;
using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

/// <summary>What stores and the tool say about stores that cannot be used.</summary>
internal static class StoreFaults
{
    /// <summary>Every call of a store says the same, in one line.</summary>
    public static async Task Assert(string address, Uri? endpoint, bool mayPass, string expected, params string[] secrets)
    {
        await using ObjectStore store = ObjectStores.Open(address, new ObjectStoreOptions { Endpoint = endpoint, Retries = 0 });
        Func<Task>[] calls =
        [
            async () => await store.ListAsync().ToBlockingEnumerableAsync(),
            async () => await StorePut(store),
        ];
        foreach (Func<Task> call in calls)
        {
            ObjectStoreException e = await Xunit.Assert.ThrowsAsync<ObjectStoreException>(call);
            Xunit.Assert.Contains(expected, e.Message, StringComparison.Ordinal);
            Xunit.Assert.StartsWith($"{string.Join('/', address.Split('/').Take(address[0] == 'a' ? 4 : 3))} at {endpoint!.ToString().TrimEnd('/')}: expected ", e.Message, StringComparison.Ordinal);
            Xunit.Assert.DoesNotContain('\n', e.Message);
            Xunit.Assert.Equal(mayPass, e.MayPass);
            Xunit.Assert.All(secrets, secret => Xunit.Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal));
        }
    }

    /// <summary>A server that is not there, or in trouble, may come back; one of another kind stays what it is.</summary>
    public static async Task AssertServers(string address, string kind, string secret)
    {
        await Assert(address, new Uri("http://127.0.0.1:1"), mayPass: true, "expected a server that answers, got Connection refused (127.0.0.1:1)", secret);
        using OtherServer page = new("200 OK");
        await Assert(address, page.Endpoint, mayPass: false, $"expected an answer of {kind}, got ");
        using OtherServer broken = new("503 Service Unavailable");
        await Assert(address, broken.Endpoint, mayPass: true, $"expected an answer of {kind}, got 503");
    }

    /// <summary>The tool ends with 2 and one line, whichever of its options names the store.</summary>
    public static void AssertTool(string address, Uri endpoint, string expected)
    {
        using TestFolder folder = new();
        TinyPipeline.SaveStriped(folder["m.sparserefine"], folder.Root);
        folder.WritePhoto("a.png", 16, 16, seed: 1);
        string server = endpoint.ToString();
        Tool.Run("score", "--model", folder["m.sparserefine"], "--images", address, "--out", folder["out"], "--endpoint", server).AssertBadInput(expected);
        Tool.Run("score", "--model", folder["m.sparserefine"], "--images", folder["images"], "--out", address, "--endpoint", server).AssertBadInput(expected);
        Tool.Run("score", "--model", address + "/m.sparserefine", "--images", folder["images"], "--out", folder["out"], "--endpoint", server).AssertBadInput(expected);
        Tool.Run("score", "--model", folder["m.sparserefine"], "--list", address + "/list.txt", "--out", folder["out"], "--endpoint", server).AssertBadInput(expected);
        Tool.Run("merge", "--journals", address, "--out", folder["merged.jsonl"], "--endpoint", server).AssertBadInput(expected);
        Xunit.Assert.Equal(["fit-labels.png", "fit.png", "images/a.png", "labels/a.png", "m.sparserefine"], folder.Files());
    }

    private static async Task StorePut(ObjectStore store)
    {
        using MemoryStream content = new([1]);
        await store.PutAsync("a", content, replace: false);
    }

    private static async Task ToBlockingEnumerableAsync(this IAsyncEnumerable<StoredObject> objects)
    {
        await foreach (StoredObject _ in objects)
        {
        }
    }
}
