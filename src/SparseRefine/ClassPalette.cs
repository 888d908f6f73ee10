using SparseRefine.Images;

namespace SparseRefine;

/// <summary>Colors for classes.</summary>
internal static class ClassPalette
{
    private const int Colors = 256;

    /// <summary>Red, green and blue of all 256 indices: the list's, or distinct ones where there is none; grey for 255, which is no class.</summary>
    public static byte[] Of(ClassList? classes)
    {
        byte[] palette = classes is null ? Distinct(Colors) : classes.Palette.ToArray();
        palette.AsSpan(LabelMap.DefaultIgnoreIndex * 3, 3).Fill(128);
        return palette;
    }

    /// <summary>Class 0 black; the bits of the others are spread over the high bits of the three channels, so that neighbours differ much.</summary>
    public static byte[] Distinct(int classes)
    {
        byte[] bytes = new byte[classes * 3];
        for (int c = 0; c < classes; c++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bytes[(c * 3) + (bit % 3)] |= (byte)(((c >> bit) & 1) << (7 - (bit / 3)));
            }
        }

        return bytes;
    }
}
