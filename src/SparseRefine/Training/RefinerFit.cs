using SparseRefine.Ensemblers;

namespace SparseRefine.Training;

/// <summary>A fitted refiner and how it came about.</summary>
/// <param name="Refiner">The best epoch's weights, with the ensembler that was best on the validation photos.</param>
/// <param name="Trained">The ensembler that was trained beside the network, kept or not.</param>
/// <param name="History">How the training went.</param>
internal sealed record RefinerFit(SparseRefiner Refiner, Ensembler Trained, TrainingHistory History);
