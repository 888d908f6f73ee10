namespace SparseRefine.Cluster;

/// <summary>What a broker tells of a job's queue.</summary>
/// <param name="Waiting">Slices that no worker has.</param>
/// <param name="Workers">Workers that are connected.</param>
/// <param name="Dead">Slices that were laid aside.</param>
public readonly record struct QueueCounts(long Waiting, long Workers, long Dead);
