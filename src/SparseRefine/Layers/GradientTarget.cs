namespace SparseRefine.Layers;

/// <summary>Where a backward step puts a gradient.</summary>
/// <param name="Values">[rows, channels].</param>
/// <param name="IsFresh">Whether the values are arbitrary, to be written over; else they are added to.</param>
internal readonly record struct GradientTarget(float[] Values, bool IsFresh);
