namespace SparseRefine.Training;

/// <summary>
/// Random changes of color, each made with probability 1/2: brightness, contrast (before or after the two others, drawn),
/// saturation, hue. Each rounds to bytes and stops at 0 and 255. Thread-safe with one <see cref="Random"/> a thread.
/// </summary>
internal sealed class PhotometricDistortion
{
    private readonly PhotometricOptions _options;

    /// <summary>Sets the ranges.</summary>
    /// <param name="options">Ranges; null means the defaults.</param>
    public PhotometricDistortion(PhotometricOptions? options = null) => _options = options ?? new PhotometricOptions();

    /// <summary>Draws one change. Always takes the same number of values from <paramref name="random"/>.</summary>
    /// <param name="random">Source of the draw.</param>
    /// <returns>The change, to apply to every row of one photo.</returns>
    internal Draw Next(Random random)
    {
        double brightness = Signed(random, _options.BrightnessDelta);
        double contrast = 1 + Signed(random, _options.ContrastRange);
        bool contrastFirst = random.Next(2) == 0;
        double saturation = 1 + Signed(random, _options.SaturationRange);
        double hue = Signed(random, _options.HueDelta);
        byte[] before = Table(brightness, contrastFirst ? contrast : 1);
        byte[]? after = contrastFirst || contrast == 1 ? null : Table(0, contrast);
        return new Draw(before, (float)saturation, (float)(hue / 60), after);
    }

    /// <summary>Changes a photo in place.</summary>
    /// <param name="pixels">Bytes red, green, blue a pixel.</param>
    /// <param name="random">Source of the draw.</param>
    /// <exception cref="ArgumentException">A number of bytes that 3 does not divide.</exception>
    public void Apply(Span<byte> pixels, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (pixels.Length % 3 != 0)
        {
            throw new ArgumentException($"pixels: expected 3 bytes a pixel, got {pixels.Length} bytes", nameof(pixels));
        }

        Next(random).Apply(pixels);
    }

    /// <summary>0 half of the time, else -range to range.</summary>
    private static double Signed(Random random, double range)
    {
        bool made = random.Next(2) == 0;
        double value = ((random.NextDouble() * 2) - 1) * range;
        return made ? value : 0;
    }

    private static byte[] Table(double added, double factor)
    {
        byte[] table = new byte[256];
        for (int i = 0; i < table.Length; i++)
        {
            double bright = Math.Clamp(Math.Round(i + added), 0, 255);
            table[i] = (byte)Math.Clamp(Math.Round(bright * factor), 0, 255);
        }

        return table;
    }

    /// <summary>One drawn change.</summary>
    /// <param name="Before">Brightness, and contrast where it comes first.</param>
    /// <param name="Saturation">Factor on S.</param>
    /// <param name="HueSextants">Added to H in sixths of the circle.</param>
    /// <param name="After">Contrast where it comes last, else null.</param>
    internal sealed record Draw(byte[] Before, float Saturation, float HueSextants, byte[]? After)
    {
        /// <summary>Changes pixels in place, 3 bytes each.</summary>
        public void Apply(Span<byte> pixels)
        {
            Map(pixels, Before);
            if (Saturation != 1 || HueSextants != 0)
            {
                HsvKernel.Turn(pixels, Saturation, HueSextants);
            }

            if (After is not null)
            {
                Map(pixels, After);
            }
        }

        private static void Map(Span<byte> pixels, byte[] table)
        {
            foreach (ref byte value in pixels)
            {
                value = table[value];
            }
        }
    }
}
