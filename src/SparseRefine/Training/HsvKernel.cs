using System.Numerics;
using SparseRefine.Kernels;

namespace SparseRefine.Training;

/// <summary>
/// Scales S and turns H of HSV without leaving RGB: with V the largest channel, chroma C = V - min and hue H in sixths of
/// the circle, a channel is V - C' clamp(min(k, 4 - k), 0, 1), k = (n + H') mod 6, n = 5 for red, 3 for green, 1 for blue.
/// </summary>
internal static class HsvKernel
{
    /// <summary>Pixels a step through planes on the stack; a multiple of every vector length.</summary>
    private const int ChunkSize = 128;

    /// <summary>Changes pixels in place, bytes red, green, blue each.</summary>
    public static void Turn(Span<byte> pixels, float saturation, float sextants)
    {
        for (int i = 0; Simd.Default == SimdPath.Scalar && i < pixels.Length; i += 3)
        {
            TurnScalar(pixels.Slice(i, 3), saturation, sextants);
        }

        if (Simd.Default == SimdPath.Scalar)
        {
            return;
        }

        // The last chunk's unused lanes hold pixels of the chunk before (or zeros): finite, and never stored.
        Span<float> red = stackalloc float[ChunkSize];
        Span<float> green = stackalloc float[ChunkSize];
        Span<float> blue = stackalloc float[ChunkSize];
        for (int start = 0; start < pixels.Length; start += 3 * ChunkSize)
        {
            Span<byte> chunk = pixels.Slice(start, Math.Min(3 * ChunkSize, pixels.Length - start));
            int count = chunk.Length / 3;
            for (int i = 0; i < count; i++)
            {
                Span<byte> pixel = chunk.Slice(3 * i, 3);
                red[i] = pixel[0];
                green[i] = pixel[1];
                blue[i] = pixel[2];
            }

            for (int i = 0; i < count; i += Vector<float>.Count)
            {
                Turn(red[i..], green[i..], blue[i..], saturation, sextants);
            }

            for (int i = 0; i < count; i++)
            {
                Span<byte> pixel = chunk.Slice(3 * i, 3);
                pixel[0] = (byte)red[i];
                pixel[1] = (byte)green[i];
                pixel[2] = (byte)blue[i];
            }
        }
    }

    /// <summary>One vector of pixels, values 0..255; results have 0.5 added, for rounding by truncation.</summary>
    private static void Turn(Span<float> red, Span<float> green, Span<float> blue, float saturation, float sextants)
    {
        Vector<float> r = new(red);
        Vector<float> g = new(green);
        Vector<float> b = new(blue);
        Vector<float> value = Vector.Max(r, Vector.Max(g, b));
        Vector<float> chroma = value - Vector.Min(r, Vector.Min(g, b));

        // Grey has any hue: dividing by 1 instead of 0 keeps it finite, and its chroma of 0 stays.
        Vector<float> inverse = Vector<float>.One / Vector.Max(chroma, Vector<float>.One);
        Vector<float> hue = Vector.ConditionalSelect(
            Vector.Equals(value, r),
            (g - b) * inverse,
            Vector.ConditionalSelect(
                Vector.Equals(value, g),
                ((b - r) * inverse) + new Vector<float>(2),
                ((r - g) * inverse) + new Vector<float>(4)));
        hue += new Vector<float>(sextants);
        hue -= Vector.Floor(hue * (1 / 6f)) * 6;
        Vector<float> scaled = Vector.Min(chroma * saturation, value);
        Channel(hue + new Vector<float>(5), value, scaled).CopyTo(red);
        Channel(hue + new Vector<float>(3), value, scaled).CopyTo(green);
        Channel(hue + new Vector<float>(1), value, scaled).CopyTo(blue);
    }

    private static Vector<float> Channel(Vector<float> k, Vector<float> value, Vector<float> chroma)
    {
        Vector<float> six = new(6);
        k = Vector.ConditionalSelect(Vector.GreaterThanOrEqual(k, six), k - six, k);
        Vector<float> ramp = Vector.Min(k, new Vector<float>(4) - k);
        ramp = Vector.Min(Vector.Max(ramp, Vector<float>.Zero), Vector<float>.One);
        return value - (chroma * ramp) + new Vector<float>(0.5f);
    }

    /// <summary>The plain form for one pixel: the scalar path, and tests' reference.</summary>
    internal static void TurnScalar(Span<byte> pixel, float saturation, float sextants)
    {
        float r = pixel[0];
        float g = pixel[1];
        float b = pixel[2];
        float value = Math.Max(r, Math.Max(g, b));
        float chroma = value - Math.Min(r, Math.Min(g, b));
        float inverse = 1 / Math.Max(chroma, 1);
        float hue = value == r ? (g - b) * inverse
            : value == g ? ((b - r) * inverse) + 2
            : ((r - g) * inverse) + 4;
        hue += sextants;
        hue -= MathF.Floor(hue * (1 / 6f)) * 6;
        float scaled = Math.Min(chroma * saturation, value);
        foreach (int channel in stackalloc[] { 0, 1, 2 })
        {
            float k = hue + (5 - (2 * channel)); // Added as one number, as the vectors do.
            k = k >= 6 ? k - 6 : k;
            pixel[channel] = (byte)(value - (scaled * Math.Clamp(Math.Min(k, 4 - k), 0, 1)) + 0.5f);
        }
    }
}
