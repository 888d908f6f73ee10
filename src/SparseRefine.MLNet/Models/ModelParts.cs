using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>The transformers of a model as a flat list, and what each of ours does on the way from a photo to its labels. Immutable; owns nothing.</summary>
internal sealed class ModelParts
{
    private readonly IReadOnlyList<(ITransformer Transformer, TransformerScope Scope)> _parts;

    public ModelParts(ITransformer model)
        : this(ScopedTransformers.Of(model))
    {
    }

    private ModelParts(IReadOnlyList<(ITransformer Transformer, TransformerScope Scope)> parts)
    {
        _parts = parts;
        Dense = Last<DenseSegmentationTransformer>();
        Refinement = Last<SparseRefinementTransformer>();
        Ensembling = Last<EnsemblingTransformer>();
        Chain = new TransformerChain<ITransformer>(parts.Select(part => part.Transformer), parts.Select(part => part.Scope));
    }

    /// <summary>The dense model; null where the logits are made by other transformers.</summary>
    public DenseSegmentationTransformer? Dense { get; }

    /// <summary>The refiner that joins all stages behind the dense model; null where there is none.</summary>
    public SparseRefinementTransformer? Refinement { get; }

    /// <summary>The last of the separate stages; null where there is none.</summary>
    public EnsemblingTransformer? Ensembling { get; }

    /// <summary>Names and colors of the classes; null where no part knows them.</summary>
    public ClassList? Classes => Refinement?.ClassList ?? Ensembling?.Columns.ClassList ?? Dense?.ClassList;

    /// <summary>The parts that hold sessions.</summary>
    public IReadOnlyList<IDisposable> Owned => [.. Transformers.OfType<IDisposable>()];

    /// <summary>Whether there is a refiner, whole or in separate stages.</summary>
    public bool HasRefiner => Refinement is not null || Ensembling is not null;

    /// <summary>How logits are read between their own pixels to tell how unsure a pixel is: the selector's way, bilinear for a dense model alone.</summary>
    public Interpolation Interpolation =>
        ((Refinement?.Refiner.Selector ?? Last<PixelSelectionTransformer>()?.Selector) as IScanSelector)?.Mode
        ?? Refinement?.Refiner.Interpolation ?? Ensembling?.Columns.Interpolation ?? Interpolation.Bilinear;

    /// <summary>All transformers as one chain with their scopes.</summary>
    public TransformerChain<ITransformer> Chain { get; }

    /// <summary>The transformers, in their order.</summary>
    public IEnumerable<ITransformer> Transformers => _parts.Select(part => part.Transformer);

    /// <summary>
    /// Whether nothing but a dense model, or a dense model and the refiner that reads its logits, stands between a photo and its labels, so
    /// that both can be called without rows and columns.
    /// </summary>
    public bool IsDirect => BehindLoader.Where(part => !IsBeside(part)).ToArray() switch
    {
        [DenseSegmentationTransformer] => true,
        [DenseSegmentationTransformer dense, SparseRefinementTransformer refinement] =>
            refinement.Columns.Logits == dense.OutputColumn && refinement.Columns.Image == dense.ImageColumn,
        _ => false,
    };

    /// <summary>The same parts with some of them exchanged.</summary>
    /// <param name="change">Gives what takes a transformer's place: perhaps itself.</param>
    public ModelParts With(Func<ITransformer, ITransformer> change) => new([.. _parts.Select(part => (change(part.Transformer), part.Scope))]);

    /// <summary>The transformers that start from the decoded photo: without the loader at the start.</summary>
    public IReadOnlyList<ITransformer> BehindLoader => [.. Transformers.Where((part, i) => i > 0 || !IsPhotoLoader(part))];

    /// <summary>Whether a transformer makes images of what a text column names.</summary>
    public static bool IsPhotoLoader(ITransformer part) => part is ImageLoadingTransformer or PhotoLoadingTransformer;

    // Reads true labels, or makes something else of the answer.
    private static bool IsBeside(ITransformer part) =>
        part is LabelMapLoadingTransformer or LabelMapToImageTransformer or LabelMapToSharesTransformer or LabelMapToVectorTransformer;

    private T? Last<T>()
        where T : class, ITransformer => Transformers.OfType<T>().LastOrDefault();
}
