namespace SparseRefine.Ensemblers;

/// <summary>An ensembler that <see cref="EnsemblePass"/> can run: it merges one tile at a time and knows neither where rows come from nor where they go.</summary>
internal interface ITileEnsembler : IEnsembler
{
    /// <summary>Channels of scratch that <see cref="Merge"/> needs, besides one a class.</summary>
    int ScratchChannels { get; }

    /// <summary>The number of classes it is made for; 0: any.</summary>
    int Classes { get; }

    /// <summary>Writes the tile's merged logits from its dense and sparse ones. Columns beyond the last pixel hold finite numbers.</summary>
    void Merge(EnsembleTile tile);
}
