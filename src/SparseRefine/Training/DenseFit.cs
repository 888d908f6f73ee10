using SparseRefine.Networks;

namespace SparseRefine.Training;

/// <summary>A trained dense network.</summary>
/// <param name="Network">It, with the best epoch's weights.</param>
/// <param name="History">How the training went; the validation's answers are all three the network's.</param>
internal sealed record DenseFit(FeatureRefinementNetwork Network, TrainingHistory History);
