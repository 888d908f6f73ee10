namespace SparseRefine.Layers;

/// <summary>Where a backward step puts a gradient.</summary>
/// <param name="Values">[rows, channels].</param>
/// <param name="IsFresh">True: the values are arbitrary and must be written over. False: they hold a sum that must be added to.</param>
internal readonly record struct GradientTarget(float[] Values, bool IsFresh);
