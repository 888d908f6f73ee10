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
internal readonly record struct CropWindow(CropAxis Y, CropAxis X)
{
    /// <summary>The whole photo as it is.</summary>
    public static CropWindow Whole(int height, int width) => new(new(height, height, 0, height, false), new(width, width, 0, width, false));

    /// <summary>Whether a pixel of the crop, by its row-major index, shows the photo and not what is put around it.</summary>
    public bool IsInside(int pixel)
    {
        (int y, int x) = Math.DivRem(pixel, X.CropSize);
        return y >= Y.InsideStart && y < Y.InsideEnd && x >= X.InsideStart && x < X.InsideEnd;
    }
}
