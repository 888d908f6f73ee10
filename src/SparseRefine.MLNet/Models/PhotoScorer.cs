using System.Diagnostics;
using Microsoft.ML.Data;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>The way from a decoded photo to its labels. Thread-safe. Holds no native memory.</summary>
/// <param name="refinement">The refiner that joins all stages; null where there is none.</param>
/// <param name="threads">Threads outside ONNX Runtime; 0 takes all processors.</param>
internal abstract class PhotoScorer(SparseRefinementTransformer? refinement, int threads)
{
    /// <summary>Takes another scorer's refiner and threads.</summary>
    protected PhotoScorer(PhotoScorer other)
        : this(other.Refinement, other.Workers.Threads)
    {
    }

    /// <summary>The refiner that joins all stages; null where there is none.</summary>
    protected SparseRefinementTransformer? Refinement => refinement;

    /// <summary>Threads outside ONNX Runtime.</summary>
    protected Workers Workers { get; } = new(threads);

    /// <summary>Scores a photo.</summary>
    /// <param name="photo">The photo, which stays the caller's.</param>
    /// <param name="parts">What the answer is to hold beside the labels.</param>
    /// <param name="cancellation">Ends a dense model's run in its middle, and is looked at before the refiner's.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="InvalidInputException">The model cannot take the photo.</exception>
    public abstract PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation);

    /// <summary>An answer with the dense model's logits, where they can be had.</summary>
    /// <param name="photo">The photo of the answer.</param>
    /// <param name="answer">An answer of this scorer, with or without.</param>
    /// <returns>The same answer where it has them, or where they cannot be had.</returns>
    public virtual PhotoAnswer WithLogits(MLImage photo, PhotoAnswer answer) => answer;

    /// <summary>The selection of an answer that was given without.</summary>
    /// <param name="answer">An answer of this scorer.</param>
    /// <returns>The selection that the answer was made with; null for a model without a refiner.</returns>
    public PixelSelection? Select(PhotoAnswer answer) => answer.Refined is null || refinement is null
        ? null
        : refinement.Selector!.Select(answer.Logits!, answer.Labels.Height, answer.Labels.Width, Workers);

    /// <summary>The sparse logits of an answer that was given without.</summary>
    /// <param name="photo">The photo of the answer.</param>
    /// <param name="answer">An answer of this scorer.</param>
    /// <param name="selection">Its selection.</param>
    /// <returns>The logits that the answer was made with; null where they cannot be had any more.</returns>
    public virtual SparseLogits? Extract(MLImage photo, PhotoAnswer answer, PixelSelection selection) => null;

    /// <summary>Takes the memory of an answer's logits back for a photo to come. Nobody may use them any more.</summary>
    /// <param name="answer">An answer of this scorer.</param>
    public virtual void Recycle(PhotoAnswer answer)
    {
    }

    /// <summary>Drops what is kept for the next photo beside the transformers' own buffers. Thread-safe.</summary>
    public virtual void ReleaseBuffers()
    {
    }

    /// <summary>The shortest way through a model.</summary>
    /// <param name="parts">The model.</param>
    /// <param name="threads">Threads outside ONNX Runtime; 0 takes all processors.</param>
    /// <returns>The scorer.</returns>
    /// <exception cref="ArgumentException">The model does not lead from a photo to labels.</exception>
    /// <exception cref="InvalidInputException">Parts of other numbers of classes.</exception>
    public static PhotoScorer Of(ModelParts parts, int threads) => parts.IsDirect ? new DirectScorer(parts, threads) : new RowScorer(parts, threads);

    /// <summary>Milliseconds since a time stamp.</summary>
    protected static double Since(long start) => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
}
