using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>A trained dense network.</summary>
/// <param name="Network">It, with the best epoch's weights.</param>
/// <param name="History">How the training went.</param>
internal sealed record DenseFit(FeatureRefinementNetwork Network, TrainingHistory History);
