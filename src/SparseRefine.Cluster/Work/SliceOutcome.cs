namespace SparseRefine.Cluster;

/// <summary>How a slice ended at a worker.</summary>
public enum SliceOutcome
{
    /// <summary>Its journal is in the store.</summary>
    Done,

    /// <summary>Another worker's journal was in the store.</summary>
    There,

    /// <summary>It goes to another worker, with what was scored kept.</summary>
    GivenBack,

    /// <summary>No worker can do it.</summary>
    LaidAside,
}
