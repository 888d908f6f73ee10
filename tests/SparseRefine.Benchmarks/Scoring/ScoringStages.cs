using System.Collections.Concurrent;
using System.Diagnostics;
using SparseRefine.Batch;
using SparseRefine.MLNet;

namespace SparseRefine.Benchmarks.Scoring;

/// <summary>The stages of a scoring job, each by itself with the threads that the job gives it, and the job.</summary>
/// <param name="model">The model file.</param>
/// <param name="photos">The photos.</param>
/// <param name="folder">Where results may go.</param>
internal sealed class ScoringStages(string model, IReadOnlyList<string> photos, string folder)
{
    private int _outputs;

    /// <summary>Images a second of decoding, of the models, of writing, and of the job.</summary>
    /// <param name="workers">As the job's.</param>
    /// <param name="images">Images to take the time of.</param>
    /// <returns>The four numbers.</returns>
    public ScoringRates Measure(int workers, int images)
    {
        WorkItem[] items = [.. Enumerable.Range(0, images).Select(i => new WorkItem($"{i}.jpg", photos[i % photos.Count]))];
        using SegmentationModel opened = SegmentationModel.Load(model);
        PhotoScorer scorer = new(opened, RefinementParts.None);
        PhotoDecoder decoder = new(long.MaxValue);
        double decode = Rate(workers, items, () => decoder, (d, item) => d.Decode(new StageClock(item)).Dispose());

        // Photos that are decoded already; a photo may be with several workers at once, as nobody changes it.
        DecodedPhoto[] decoded = [.. photos.Select((path, i) => decoder.Decode(new StageClock(new WorkItem($"{i}.jpg", path))))];
        ConcurrentDictionary<int, ScoredWork> scored = new();
        double score = Rate(workers, items, () => scorer, (_, item) =>
        {
            int photo = int.Parse(Path.GetFileNameWithoutExtension(item.Id), System.Globalization.CultureInfo.InvariantCulture) % photos.Count;
            scored[photo] = scorer.Score(new DecodedPhoto(new StageClock(item), decoded[photo].Image));
        });
        double write;
        using (JobFolder output = new(NewOutput(), null))
        using (Journal.Create(output, new JournalHeader { Model = opened.Hash, ModelFile = model, Results = new(), Time = DateTime.UtcNow }))
        {
            write = Rate(workers, items, () => new ResultWriter(new(), output, opened.Classes, opened.Hash), (writer, item) =>
            {
                int photo = int.Parse(Path.GetFileNameWithoutExtension(item.Id), System.Globalization.CultureInfo.InvariantCulture) % photos.Count;
                writer.Write(scored[photo] with { Clock = new StageClock(item) });
            });
        }

        foreach (DecodedPhoto photo in decoded)
        {
            photo.Dispose();
        }

        return new ScoringRates(decode, score, write, Job(workers, items));
    }

    private double Job(int workers, WorkItem[] items)
    {
        string list = Path.Combine(folder, "list.csv");
        File.WriteAllLines(list, ["id,path", .. items.Select(item => $"{item.Id},\"{item.Path}\"")]);
        ScoringJob job = new(new ScoringOptions { Model = model, Output = NewOutput(), Inputs = new ScoringInputs { List = list }, Workers = workers });
        ScoringSummary summary = job.RunAsync().GetAwaiter().GetResult();
        if (summary.Outcome != ScoringOutcome.Completed)
        {
            throw new InvalidOperationException($"expected a completed job, got {summary.Outcome}: {summary.Message}");
        }

        return items.Length / summary.Progress.Elapsed.TotalSeconds;
    }

    // Threads that take one image after the other, each with a state of its own that has seen one image before the time starts.
    private static double Rate<TState>(int workers, WorkItem[] items, Func<TState> create, Action<TState, WorkItem> work)
        where TState : class
    {
        TState[] states = [.. Enumerable.Range(0, workers).Select(_ => create())];
        foreach (TState state in states)
        {
            work(state, items[0]);
        }

        int next = -1;
        long start = Stopwatch.GetTimestamp();
        Thread[] threads = [.. states.Select(state => new Thread(() =>
        {
            for (int i = Interlocked.Increment(ref next); i < items.Length; i = Interlocked.Increment(ref next))
            {
                work(state, items[i]);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (TState state in states)
        {
            (state as IDisposable)?.Dispose();
        }

        return items.Length / seconds;
    }

    private string NewOutput() => Path.Combine(folder, $"out{_outputs++}");
}
