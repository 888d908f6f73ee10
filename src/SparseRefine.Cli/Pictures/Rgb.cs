namespace SparseRefine.Cli.Pictures;

/// <summary>An opaque colour.</summary>
/// <param name="R">Red, 0..255.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
internal readonly record struct Rgb(byte R, byte G, byte B)
{
    /// <summary>(1 - share) x this + share x <paramref name="other"/>, rounded.</summary>
    /// <param name="other">The colour to mix in.</param>
    /// <param name="share">0..1.</param>
    /// <returns>The mixture.</returns>
    public Rgb Mix(Rgb other, float share) => new(Mix(R, other.R, share), Mix(G, other.G, share), Mix(B, other.B, share));

    private static byte Mix(byte a, byte b, float share) => (byte)((a * (1 - share)) + (b * share) + 0.5f);
}
