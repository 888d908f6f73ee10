using System.Diagnostics;
using Microsoft.ML;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>The stages of a model behind its dense model, as evaluation runs them: a whole refiner, or one transformer for each stage.</summary>
/// <param name="Image">The column of photos.</param>
/// <param name="Logits">The column of the dense model's logits.</param>
/// <param name="Output">The column of label maps.</param>
/// <param name="Dense">The dense model where one of ours gives the logits.</param>
internal abstract record RefinementStages(string Image, string Logits, string Output, DenseModel? Dense)
{
    /// <summary>Columns that are read beside image and logits.</summary>
    public virtual IReadOnlyList<string> Columns => [];

    /// <summary>Runs the stages on a row. The result has the parts asked for.</summary>
    public abstract Func<ImageView, LogitMap, RefinementParts, RefinementResult> Bind(DataViewRow row);

    /// <exception cref="ArgumentException">A model without our refiner.</exception>
    public static RefinementStages Of(ITransformer model)
    {
        ITransformer[] parts = [.. ScopedTransformers.Of(model).Select(part => part.Transformer)];
        DenseSegmentationTransformer? dense = parts.OfType<DenseSegmentationTransformer>().LastOrDefault();
        DenseModel? Model(string logits) => dense?.OutputColumn == logits ? dense.Model : null;
        if (parts.OfType<SparseRefinementTransformer>().LastOrDefault() is SparseRefinementTransformer joint)
        {
            return new Whole(joint, Model(joint.Columns.Logits));
        }

        SparseExtractionTransformer extraction = parts.OfType<SparseExtractionTransformer>().LastOrDefault()
            ?? throw new ArgumentException(
                "model: expected a SparseRefinementTransformer, or a SparseExtractionTransformer and an EnsemblingTransformer, got neither");
        EnsemblingTransformer ensembling = parts.OfType<EnsemblingTransformer>().LastOrDefault()
            ?? throw new ArgumentException("model: expected an EnsemblingTransformer, got none");
        return new Separate(extraction.Columns, ensembling, Model(extraction.Columns.Logits));
    }

    private sealed record Whole(SparseRefinementTransformer Refiner, DenseModel? Model)
        : RefinementStages(Refiner.Columns.Image, Refiner.Columns.Logits, Refiner.Columns.Output, Model)
    {
        public override Func<ImageView, LogitMap, RefinementParts, RefinementResult> Bind(DataViewRow row) => (photo, logits, asked) =>
            Refiner.Refine(photo, logits, asked);
    }

    // Each getter computes its own stage only, so the time between two of them is that stage's.
    private sealed record Separate(SparseExtractionColumns Extraction, EnsemblingTransformer Ensembling, DenseModel? Model)
        : RefinementStages(Extraction.Image, Extraction.Logits, Ensembling.OutputColumn, Model)
    {
        public override IReadOnlyList<string> Columns => [Extraction.Selection, Extraction.Output, Output];

        public override Func<ImageView, LogitMap, RefinementParts, RefinementResult> Bind(DataViewRow row)
        {
            ValueGetter<PixelSelection> readSelection = row.GetGetter<PixelSelection>(row.Schema[Extraction.Selection]);
            ValueGetter<SparseLogits> readSparse = row.GetGetter<SparseLogits>(row.Schema[Extraction.Output]);
            ValueGetter<LabelMap> readLabels = row.GetGetter<LabelMap>(row.Schema[Output]);
            long gate = (Ensembling.Ensembler as GatedEnsembler)?.MultiplyAdds ?? 0;
            return (_, _, _) =>
            {
                (PixelSelection selection, double select) = Read(readSelection);
                (SparseLogits sparse, double extract) = Read(readSparse);
                (LabelMap labels, double ensemble) = Read(readLabels);
                return new RefinementResult
                {
                    Labels = labels,
                    SelectedPixels = selection.Sites.Count,
                    Selection = selection,
                    SparseLogits = sparse,
                    Times = new StageTimes { Select = select, Extract = extract, Ensemble = ensemble },
                    ExtractMultiplyAdds = sparse.MultiplyAdds,
                    EnsembleMultiplyAdds = gate * selection.Sites.Count,
                };
            };
        }

        private static (T Value, double Milliseconds) Read<T>(ValueGetter<T> getter)
        {
            long start = Stopwatch.GetTimestamp();
            T value = default!;
            getter(ref value);
            return (value, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }
}
