using SparseRefine.MLNet;

namespace Microsoft.ML;

/// <summary>Adds semantic segmentation to <see cref="MLContext"/>.</summary>
public static class SemanticSegmentationExtensions
{
    extension(MLContext context)
    {
        /// <summary>Estimators, trainers, evaluation, saving and loading for semantic segmentation. Needs C# 14; see <see cref="Segmentation"/>.</summary>
        public SemanticSegmentationCatalog SemanticSegmentation => new(context);
    }

    /// <summary>
    /// The same as <c>ml.SemanticSegmentation</c>, for F#, Visual Basic and C# before 14, which know no extension properties. Its name differs,
    /// because a property and a method of one name would be ambiguous in C# 14.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <returns>The catalog.</returns>
    /// <example><code>var selected = ml.Segmentation().SelectPixels("Selected", "Logits", "Image");</code></example>
    public static SemanticSegmentationCatalog Segmentation(this MLContext context) => new(context);
}
