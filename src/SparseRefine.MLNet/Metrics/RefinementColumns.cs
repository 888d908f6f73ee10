using Microsoft.ML;
using SparseRefine.Ensemblers;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>Where the stages of a model leave what they found.</summary>
internal sealed record RefinementColumns(
    string Image,
    string Logits,
    string Selection,
    string SparseLogits,
    string Output,
    DenseModel? Dense,
    Func<PixelSelection, long> ExtractMultiplyAdds,
    IEnsembler Ensembler)
{
    /// <exception cref="ArgumentException">A model without our refiner, or one whose columns are switched off.</exception>
    public static RefinementColumns Of(ITransformer model)
    {
        ITransformer[] parts = [.. ScopedTransformers.Of(model).Select(part => part.Transformer)];
        DenseSegmentationTransformer? dense = parts.OfType<DenseSegmentationTransformer>().LastOrDefault();
        if (parts.OfType<SparseRefinementTransformer>().LastOrDefault() is SparseRefinementTransformer joint)
        {
            SparseRefinementColumns columns = joint.Columns;
            return new RefinementColumns(
                columns.Image,
                columns.Logits,
                columns.Selection ?? throw Missing(nameof(SparseRefinementTrainer.Options.SelectedColumnName)),
                columns.SparseLogits ?? throw Missing(nameof(SparseRefinementTrainer.Options.SparseLogitsColumnName)),
                columns.Output,
                dense?.OutputColumn == columns.Logits ? dense.Model : null,
                selection => joint.MultiplyAdds(selection.Sites),
                joint.Refiner.Ensembler);
        }

        SparseExtractionTransformer extraction = parts.OfType<SparseExtractionTransformer>().LastOrDefault()
            ?? throw new ArgumentException(
                "model: expected a SparseRefinementTransformer, or a SparseExtractionTransformer and an EnsemblingTransformer, got neither");
        EnsemblingTransformer ensembling = parts.OfType<EnsemblingTransformer>().LastOrDefault()
            ?? throw new ArgumentException("model: expected an EnsemblingTransformer, got none");
        return new RefinementColumns(
            extraction.Columns.Image,
            extraction.Columns.Logits,
            extraction.Columns.Selection,
            extraction.Columns.Output,
            ensembling.OutputColumn,
            dense?.OutputColumn == extraction.Columns.Logits ? dense.Model : null,
            selection => extraction.MultiplyAdds(selection.Sites),
            ensembling.Ensembler);
    }

    /// <summary>Each weight of a gate's linear layers is used once a pixel.</summary>
    public long EnsembleMultiplyAdds(PixelSelection selection) => Ensembler is GatedEnsembler gate
        ? selection.Sites.Count * gate.Parameters.Where(p => p.Shape.Length == 2).Sum(p => (long)p.Value.Length)
        : 0;

    private static ArgumentException Missing(string option) =>
        new($"model: expected a refiner with {option}, got one without");
}
