namespace SparseRefine.Training;

/// <summary>
/// Which part of a photo a crop shows, along one axis: the photo is thought scaled to <paramref name="ScaledSize"/>, and
/// the crop's pixels are the scaled ones from <paramref name="Offset"/> on, in reverse order where <paramref name="Flip"/>.
/// Scaled pixel p covers [p, p + 1) * source / scaled of the source's own pixels (half-pixel centres).
/// </summary>
internal readonly record struct CropAxis(int SourceSize, int ScaledSize, int Offset, int CropSize, bool Flip)
{
    /// <summary>Source pixels a scaled pixel.</summary>
    public double Ratio => (double)SourceSize / ScaledSize;

    /// <summary>The first crop pixel within the photo.</summary>
    public int InsideStart => Flip ? Math.Max(0, CropSize + Offset - ScaledSize) : Math.Max(0, -Offset);

    /// <summary>One past the last crop pixel within the photo.</summary>
    public int InsideEnd => Flip ? Math.Min(CropSize, CropSize + Offset) : Math.Min(CropSize, ScaledSize - Offset);

    /// <summary>The scaled pixel that a crop pixel shows.</summary>
    public int ScaledPixel(int cropPixel) => Offset + (Flip ? CropSize - 1 - cropPixel : cropPixel);

    /// <summary>Draws an offset: anywhere within the photo, or the photo anywhere within the crop.</summary>
    public static CropAxis Draw(int sourceSize, double scale, int cropSize, bool flip, Random random)
    {
        int scaledSize = Math.Max(1, (int)Math.Round(sourceSize * scale));
        int slack = scaledSize - cropSize;
        int offset = random.Next(Math.Min(0, slack), Math.Max(0, slack) + 1);
        return new CropAxis(sourceSize, scaledSize, offset, cropSize, flip);
    }
}

/// <summary>The two axes of a crop.</summary>
internal readonly record struct CropWindow(CropAxis Y, CropAxis X);
