using SparseRefine.Batch;

namespace SparseRefine.Cluster.Tests;

/// <summary>A fitted pipeline of two classes, made once, and jobs over small photos in folders.</summary>
public sealed class WorkScene : IDisposable
{
    private readonly TestFolder _folder = new();

    public WorkScene()
    {
        TinyPipeline.SaveStriped(Model, _folder.Root);
        for (int i = 0; i < Photos; i++)
        {
            _folder.WritePhoto($"{i % 3}/p{i}.png", 24, 32, i);
        }
    }

    public const int Photos = 12;

    public string Model => _folder["model.sparserefine"];

    public string Images => _folder["images"];

    public string this[string name] => _folder[name];

    public void Dispose() => _folder.Dispose();

    /// <summary>A store that no other test uses.</summary>
    public ObjectStore Store() => new FolderStore(_folder[Guid.NewGuid().ToString("N")]);

    public PlanOptions Plan(ObjectStore store, int slices = 4) => new() { Store = store, Model = Model, Inputs = new ScoringInputs { Paths = [Images] }, Slices = slices };

    public WorkOptions Work(ObjectStore store, List<string>? told = null) => new()
    {
        Store = store,
        Scratch = _folder["scratch"],
        Threads = 1,
        MaxIdle = TimeSpan.FromSeconds(1),
        Tell = told is null ? null : told.Add,
    };

    /// <summary>The labels of an undisturbed job, by id.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Expected()
    {
        string output = _folder[Guid.NewGuid().ToString("N")];
        await new ScoringJob(new ScoringOptions { Model = Model, Output = output, Inputs = new ScoringInputs { Paths = [Images] }, Threads = 1 }).RunAsync();
        return JournalFile.Read(Path.Combine(output, "journal.jsonl")).ToDictionary(entry => entry.Id, entry => entry.Outputs.Values.Single());
    }

    /// <summary>The labels of a merged job, by id; each result is there with its hash.</summary>
    public async Task<IReadOnlyDictionary<string, string>> Merged(ObjectStore store)
    {
        string file = _folder[Guid.NewGuid().ToString("N")];
        JournalMerge.Merge([.. Directory.EnumerateFiles(Path.Combine(store.Address, "journals"))], file);
        Dictionary<string, string> labels = [];
        foreach (JournalEntry entry in JournalFile.Read(file))
        {
            (string key, string hash) = entry.Outputs.Single();
            await using Stream result = await store.OpenAsync(key);
            string got = Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(result));
            labels.Add(entry.Id, got == hash ? hash : "other content");
        }

        return labels;
    }
}
