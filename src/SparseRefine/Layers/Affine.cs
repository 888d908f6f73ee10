namespace SparseRefine.Layers;

/// <summary>y = x * scale + shift.</summary>
/// <param name="Scale">[channels].</param>
/// <param name="Shift">[channels].</param>
internal sealed record Affine(float[] Scale, float[] Shift);
