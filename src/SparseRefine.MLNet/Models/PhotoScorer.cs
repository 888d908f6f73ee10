using Microsoft.ML.Data;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>The way from a decoded photo to its labels. Thread-safe. Holds no native memory.</summary>
internal abstract class PhotoScorer
{
    /// <summary>Scores a photo.</summary>
    /// <param name="photo">The photo, which stays the caller's.</param>
    /// <param name="parts">What the answer is to hold beside the labels.</param>
    /// <param name="cancellation">Looked at where a dense model can be ended in its middle, and before each other stage.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="InvalidInputException">The model cannot take the photo.</exception>
    public abstract PhotoAnswer Score(MLImage photo, RefinementParts parts, CancellationToken cancellation);

    /// <summary>The selection of an answer that was given without.</summary>
    /// <param name="answer">An answer of this scorer.</param>
    /// <returns>The selection that the answer was made with; null for a model without a refiner.</returns>
    public virtual PixelSelection? Select(PhotoAnswer answer) => answer.Selection;

    /// <summary>The sparse logits of an answer that was given without.</summary>
    /// <param name="photo">The photo of the answer.</param>
    /// <param name="answer">An answer of this scorer.</param>
    /// <param name="selection">Its selection.</param>
    /// <returns>The logits that the answer was made with; null for a chain that does not show them.</returns>
    public virtual SparseLogits? Extract(MLImage photo, PhotoAnswer answer, PixelSelection selection) => answer.SparseLogits;

    /// <summary>The shortest way through a model.</summary>
    /// <param name="parts">The model.</param>
    /// <param name="threads">Threads of the refiner; 0 takes all processors.</param>
    /// <returns>The scorer.</returns>
    /// <exception cref="ArgumentException">The model does not lead from a photo to labels.</exception>
    public static PhotoScorer Of(ModelParts parts, int threads) => parts.IsDirect ? new DirectScorer(parts, threads) : new RowScorer(parts);
}
