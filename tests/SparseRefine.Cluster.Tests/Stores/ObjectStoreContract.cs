using System.Text;
using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

/// <summary>What every store keeps to. Each test gets an empty store.</summary>
public static class ObjectStoreContract
{
    private const int ManyBytes = (20 << 20) + 3;

    // Names that a URL, a shell or an XML answer would change if they were not written as they must be.
    private static readonly string[] Keys =
    [
        "a", "street/0001.jpg", "two words/and more.png", "100%25.png", "a+b&c=d.png", "what?.png", "#1.png", "ü/日本.png", "e\u0301.png", "x~(1)[2]{3}'.png", "<a>&lt;.png", "a:b;c,d@e!$.png",
    ];

    private static readonly Func<ObjectStore, Task>[] Tests =
    [
        Put_ObjectsOfAllSizes_AreReadBack,
        Put_OddNames_AreListedAndRead,
        Put_ObjectThatIsThere_StaysUnlessReplaced,
        Put_SeveralAtOnce_OneSucceeds,
        Put_ContentThatFails_LeavesNothing,
        Find_NoObject_IsNullAndOpenThrows,
        Delete_Object_IsGone,
        List_ManyObjects_ByPrefix,
        Keys_ThatLeadElsewhere_AreRefused,
    ];

    /// <summary>The names of the tests.</summary>
    public static TheoryData<string> Names => [.. Tests.Select(test => test.Method.Name)];

    /// <summary>Runs one.</summary>
    public static async Task RunAsync(string name, ObjectStore store)
    {
        await using (store)
        {
            await Tests.Single(test => test.Method.Name == name)(store);
        }
    }

    private static async Task Put_ObjectsOfAllSizes_AreReadBack(ObjectStore store)
    {
        foreach (int length in (int[])[0, 1, 100_000, 8 << 20, ManyBytes])
        {
            byte[] bytes = new byte[length];
            new Random(length).NextBytes(bytes);
            DateTime before = DateTime.UtcNow.AddSeconds(-2);

            // A stream that only goes forward, as an answer of another server does.
            using Stream content = new ForwardStream(new MemoryStream(bytes));
            Assert.True(await store.PutAsync($"sizes/{length}", content, replace: false), "put");
            StoredObject found = await store.FindAsync($"sizes/{length}") ?? throw new InvalidOperationException("not found");
            Assert.True(found.Length == length, $"length {found.Length}");
            Assert.True(found.Changed > before && found.Changed < DateTime.UtcNow.AddSeconds(2) && found.Changed.Kind == DateTimeKind.Utc, $"time {found.Changed:O}");
            Assert.True((await Read(store, $"sizes/{length}")).AsSpan().SequenceEqual(bytes), $"{length} bytes");
        }
    }

    private static async Task Put_OddNames_AreListedAndRead(ObjectStore store)
    {
        foreach (string key in Keys)
        {
            Assert.True(await Put(store, key, key, replace: false), key);
        }

        string[] listed = await List(store, "");
        Assert.True(listed.Order(StringComparer.Ordinal).SequenceEqual(Keys.Order(StringComparer.Ordinal)), string.Join('|', listed));
        foreach (string key in Keys)
        {
            Assert.True(Encoding.UTF8.GetString(await Read(store, key)) == key, key);
            await store.DeleteAsync(key);
            Assert.True(await store.FindAsync(key) is null, key);
        }
    }

    private static async Task Put_ObjectThatIsThere_StaysUnlessReplaced(ObjectStore store)
    {
        Assert.True(await Put(store, "a/b", "first", replace: false), "first");
        Assert.True(!await Put(store, "a/b", "second", replace: false), "second");
        Assert.True(Encoding.UTF8.GetString(await Read(store, "a/b")) == "first", "stays");
        using (Stream large = new ForwardStream(new MemoryStream(new byte[ManyBytes])))
        {
            Assert.True(!await store.PutAsync("a/b", large, replace: false), "large");
        }

        Assert.True(await Put(store, "a/b", "third", replace: true), "third");
        Assert.True(Encoding.UTF8.GetString(await Read(store, "a/b")) == "third", "replaced");
    }

    private static async Task Put_SeveralAtOnce_OneSucceeds(ObjectStore store)
    {
        bool[] put = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Put(store, "race/one", $"{i}", replace: false))));
        Assert.True(put.Count(isNew => isNew) == 1, $"{put.Count(isNew => isNew)} succeeded");
        Assert.True(Encoding.UTF8.GetString(await Read(store, "race/one")) == $"{Array.IndexOf(put, true)}", "the content of that one");
    }

    private static async Task Put_ContentThatFails_LeavesNothing(ObjectStore store)
    {
        foreach (int length in (int[])[100, ManyBytes])
        {
            using Stream content = new ForwardStream(new MemoryStream(new byte[length])) { FailsAt = length - 50 };
            bool isThrown = false;
            try
            {
                await store.PutAsync("half", content, replace: true);
            }
            catch (TimeoutException)
            {
                isThrown = true;
            }

            Assert.True(isThrown, "the failure is the caller's");
            Assert.True(await store.FindAsync("half") is null && (await List(store, "")).Length == 0, $"nothing of {length} bytes stays");
        }
    }

    private static async Task Find_NoObject_IsNullAndOpenThrows(ObjectStore store)
    {
        await Put(store, "a/b", "x", replace: true);
        Assert.True(await store.FindAsync("none") is null && await store.FindAsync("a") is null && await store.FindAsync("a/b/c") is null, "null");
        try
        {
            await store.OpenAsync("none");
            Assert.Fail("throws");
        }
        catch (FileNotFoundException e)
        {
            Assert.True(e.Message.StartsWith($"{store.Address}/none: expected ", StringComparison.Ordinal), e.Message);
        }
    }

    private static async Task Delete_Object_IsGone(ObjectStore store)
    {
        await Put(store, "a/b", "x", replace: true);
        await store.DeleteAsync("a/b");
        await store.DeleteAsync("a/b");
        await store.DeleteAsync("never/there");
        Assert.True(await store.FindAsync("a/b") is null && (await List(store, "")).Length == 0, "gone");
        Assert.True(await Put(store, "a/b", "y", replace: false), "can be put again");
    }

    // More than a page of S3.
    private static async Task List_ManyObjects_ByPrefix(ObjectStore store)
    {
        const int Count = 1100;
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => await Put(store, $"many/{i:0000}.txt", "x", replace: true));
        await Put(store, "many.txt", "four", replace: true);
        await Put(store, "other/1", "x", replace: true);
        string[] many = await List(store, "many/");
        Assert.True(many.Order(StringComparer.Ordinal).SequenceEqual(Enumerable.Range(0, Count).Select(i => $"many/{i:0000}.txt")), $"{many.Length}");
        Assert.True((await List(store, "")).Length == Count + 2, "all");
        Assert.True((await List(store, "many")).Length == Count + 1, "a part of a name");
        Assert.True((await List(store, "many/000")).Length == 10, "a part of a name in a folder");
        Assert.True((await List(store, "none/")).Length == 0, "none");
        await foreach (StoredObject found in store.ListAsync("many."))
        {
            Assert.True(found is { Key: "many.txt", Length: 4 } && found.Changed > DateTime.UtcNow.AddMinutes(-5), $"{found}");
        }
    }

    private static async Task Keys_ThatLeadElsewhere_AreRefused(ObjectStore store)
    {
        foreach (string key in (string[])["", "/a", "a/", "a//b", "..", "../a", "a/../b", ".", "a/./b", "a\\b", "a\0b", "a\nb", new string('x', 1025)])
        {
            foreach (Func<Task> call in (Func<Task>[])[
                () => store.FindAsync(key), () => store.OpenAsync(key), () => store.DeleteAsync(key), () => Put(store, key, "x", replace: true)])
            {
                try
                {
                    await call();
                    Assert.Fail($"'{key}' is refused");
                }
                catch (InvalidInputException e)
                {
                    Assert.True(e.InputSource == store.Address && !e.Message.Contains('\n', StringComparison.Ordinal), e.Message);
                }
            }
        }

        Assert.True((await List(store, "")).Length == 0, "nothing is put");
    }

    private static async Task<string[]> List(ObjectStore store, string prefix)
    {
        List<string> keys = [];
        await foreach (StoredObject found in store.ListAsync(prefix))
        {
            keys.Add(found.Key);
        }

        return [.. keys];
    }

    private static async Task<bool> Put(ObjectStore store, string key, string text, bool replace)
    {
        using MemoryStream content = new(Encoding.UTF8.GetBytes(text));
        return await store.PutAsync(key, content, replace);
    }

    private static async Task<byte[]> Read(ObjectStore store, string key)
    {
        await using Stream content = await store.OpenAsync(key);
        using MemoryStream bytes = new();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
