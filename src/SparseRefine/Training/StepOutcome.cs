namespace SparseRefine.Training;

/// <summary>What one forward and backward pass gave.</summary>
/// <param name="Loss">Null where no labelled pixel was selected: there is nothing to learn then.</param>
/// <param name="Density">Share of selected pixels, 0..1; null in dense trainings, which select none.</param>
/// <param name="Photos">What messages call the photos.</param>
internal readonly record struct StepOutcome(double? Loss, double? Density, string Photos);
