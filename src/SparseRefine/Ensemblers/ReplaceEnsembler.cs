namespace SparseRefine.Ensemblers;

/// <summary>Takes the sparse model's logits as they are.</summary>
internal sealed class ReplaceEnsembler : Ensembler
{
    /// <inheritdoc/>
    public override void Merge(EnsembleTile tile) => tile.CopySparse();
}
