using SparseRefine.Images;

namespace SparseRefine.Onnx.Tests.Preprocessing;

/// <summary>Resizing written down from its definition, in double precision, one target value at a time.</summary>
internal static class ResampleOracle
{
    /// <summary>Value of color 0 (red), 1 or 2 (blue) at one pixel of the resized photo, 0..255.</summary>
    public static double Value(ImageView image, int color, int y, int x, int height, int width, Interpolation mode)
    {
        double sum = 0;
        for (int sy = 0; sy < image.Height; sy++)
        {
            double vertical = Weight(sy, y, image.Height, height, mode);
            for (int sx = 0; vertical != 0 && sx < image.Width; sx++)
            {
                sum += vertical * Weight(sx, x, image.Width, width, mode) * Color(image, color, sy, sx);
            }
        }

        return sum;
    }

    private static double Color(ImageView image, int color, int y, int x)
    {
        int offset = color switch { 0 => image.RedOffset, 1 => 1, _ => image.BlueOffset };
        return image.Pixels[(((y * image.Width) + x) * image.BytesPerPixel) + offset];
    }

    private static double Weight(int s, int t, int source, int target, Interpolation mode)
    {
        double ratio = (double)source / target;
        if (mode == Interpolation.Nearest)
        {
            return s == (int)Math.Floor((t + 0.5) * ratio) ? 1 : 0;
        }

        if (mode == Interpolation.Area && target < source)
        {
            return Math.Max(0, Math.Min((t + 1) * ratio, s + 1) - Math.Max(t * ratio, s)) / ratio;
        }

        double centre = Math.Clamp(((t + 0.5) * ratio) - 0.5, 0, source - 1);
        return Math.Max(0, 1 - Math.Abs(centre - s));
    }
}
