namespace SparseRefine.Layers;

/// <summary>y = x * scale + shift for each channel: what a batch norm does in inference.</summary>
/// <param name="Scale">[channels].</param>
/// <param name="Shift">[channels].</param>
internal sealed record Affine(float[] Scale, float[] Shift)
{
    /// <summary>The same for the first <paramref name="channels"/> channels and for the others, as copies.</summary>
    public (Affine Left, Affine Right) Split(int channels) =>
        (new Affine(Scale[..channels], Shift[..channels]), new Affine(Scale[channels..], Shift[channels..]));
}
