namespace SparseRefine;

/// <summary>Milliseconds that the stages of one picture took.</summary>
/// <param name="Select">Selection, and the dense labels of all pixels.</param>
/// <param name="Extract">Features, kernel maps and sparse network.</param>
/// <param name="Ensemble">Merging, and the labels of the selected pixels.</param>
public readonly record struct RefinementTimes(double Select, double Extract, double Ensemble);
