namespace SparseRefine.MLNet;

/// <summary>What a transformer notes of the rows that its cursor reads ahead. Belongs to one cursor.</summary>
internal interface IRowWindow
{
    /// <summary>A new window begins; what is known of the one before is forgotten.</summary>
    void Clear();

    /// <summary>The input stands on the next row of the window. Must not throw: a row's error is for who reads that row.</summary>
    void Read();
}
