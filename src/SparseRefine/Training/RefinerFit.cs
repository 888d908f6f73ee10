namespace SparseRefine.Training;

/// <summary>A fitted refiner and how it came about.</summary>
/// <param name="Refiner">The best epoch's weights.</param>
/// <param name="History">How the training went.</param>
internal sealed record RefinerFit(SparseRefiner Refiner, TrainingHistory History);
