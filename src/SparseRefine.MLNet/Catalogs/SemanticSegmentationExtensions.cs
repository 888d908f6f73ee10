using SparseRefine.MLNet;

namespace Microsoft.ML;

/// <summary>Adds semantic segmentation to <see cref="MLContext"/>.</summary>
public static class SemanticSegmentationExtensions
{
    extension(MLContext context)
    {
        /// <summary>Estimators, trainers, evaluation, saving and loading for semantic segmentation.</summary>
        public SemanticSegmentationCatalog SemanticSegmentation => new(context);
    }
}
