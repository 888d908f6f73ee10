namespace SparseRefine.Ensemblers;

/// <summary>An ensembler of this library: it merges tiles, whatever they are read from and whoever uses the result.</summary>
internal interface ITileEnsembler : IEnsembler
{
    /// <summary>Channels of scratch that <see cref="Merge"/> needs, besides one a class.</summary>
    int ScratchChannels { get; }

    /// <summary>The number of classes it is made for; 0: any.</summary>
    int Classes { get; }

    /// <summary>From the tile's dense and sparse logits to its merged ones. Columns past the last pixel hold numbers, too.</summary>
    void Merge(EnsembleTile tile);
}
