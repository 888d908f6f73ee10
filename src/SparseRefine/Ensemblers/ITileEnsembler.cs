namespace SparseRefine.Ensemblers;

/// <summary>An ensembler that <see cref="EnsemblePass"/> can run: it merges one tile at a time and knows neither where rows come from nor where they go.</summary>
internal interface ITileEnsembler : IEnsembler
{
    /// <summary>Channels of scratch that <see cref="Merge"/> needs, besides one a class.</summary>
    int ScratchChannels { get; }

    /// <summary>The number of classes it is made for; 0: any.</summary>
    int Classes { get; }

    /// <summary>From the tile's dense and sparse logits to its merged ones. Columns past the last pixel hold numbers, too.</summary>
    void Merge(EnsembleTile tile);
}
