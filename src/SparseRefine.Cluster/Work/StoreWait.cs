using SparseRefine.Batch;

namespace SparseRefine.Cluster;

/// <summary>Tries again what a store did not take, until it does: a worker that waits keeps its slice, and no try of the slice is used up. Thread-safe.</summary>
/// <param name="tell">Is told what is waited for, once each time.</param>
internal sealed class StoreWait(Action<string> tell)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Whether waiting may help: the store as a whole does not answer, or a folder is locked, full or away.</summary>
    public static bool MayPass(Exception e) => e is ObjectStoreException store ? store.MayPass : e is IOException and not (FileNotFoundException or DirectoryNotFoundException);

    /// <summary>Does something, as often as it takes.</summary>
    /// <typeparam name="T">What it makes.</typeparam>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>What the work made.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        for (TimeSpan pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                return await work(cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (MayPass(e))
            {
                cancellation.ThrowIfCancellationRequested();
                if (pause == First)
                {
                    tell($"waits: {ClusterText.OneLine(e.Message)}");
                }

                await Task.Delay(pause, cancellation).ConfigureAwait(false);
            }
        }
    }
}
