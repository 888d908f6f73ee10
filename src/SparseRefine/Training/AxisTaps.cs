namespace SparseRefine.Training;

/// <summary>
/// Which samples, with which weights, make each output of a one-dimensional resampling. Weights of an output add up to 1
/// and all its samples exist.
/// </summary>
internal sealed class AxisTaps
{
    /// <summary>A logit grid that does not fall on the crop's is sampled this much denser, to lose less of its corners.</summary>
    private const int LogitOversampling = 2;

    private AxisTaps(int outputs, int width)
    {
        First = new int[outputs];
        Width = width;
        Weights = new float[outputs * width];
    }

    /// <summary>First sample of each output.</summary>
    public int[] First { get; }

    /// <summary>Samples that an output reads; outputs near the end start earlier, so that all exist.</summary>
    public int Width { get; }

    /// <summary>[outputs, Width].</summary>
    public float[] Weights { get; }

    /// <summary>Image pixels: bilinear where the photo grows or stays, area means where it shrinks.</summary>
    /// <returns>Taps of the crop's inside pixels, in order.</returns>
    public static AxisTaps ForImage(CropAxis axis)
    {
        int outputs = axis.InsideEnd - axis.InsideStart;
        double ratio = axis.Ratio;
        int width = Math.Min(axis.SourceSize, ratio <= 1 ? 2 : (int)Math.Ceiling(ratio) + 1);
        AxisTaps taps = new(outputs, width);
        for (int i = 0; i < outputs; i++)
        {
            int p = axis.ScaledPixel(axis.InsideStart + i);
            if (ratio <= 1)
            {
                taps.SetLinear(i, ((p + 0.5) * ratio) - 0.5, axis.SourceSize);
            }
            else
            {
                taps.SetArea(i, p * ratio, Math.Min((p + 1) * ratio, axis.SourceSize), axis.SourceSize);
            }
        }

        return taps;
    }

    /// <summary>
    /// Logits over the same crop. Where the crop's borders fall on those of logit cells, the cells themselves; else bilinear
    /// samples at twice their density (at most one a crop pixel). Samples outside the photo repeat its edge.
    /// </summary>
    /// <param name="axis">The crop, in image pixels.</param>
    /// <param name="samples">Logits along the axis.</param>
    public static AxisTaps ForLogits(CropAxis axis, int samples)
    {
        long covered = (long)axis.CropSize * samples;
        bool aligned = covered % axis.ScaledSize == 0 && (long)axis.Offset * samples % axis.ScaledSize == 0;
        double cells = (double)covered / axis.ScaledSize;
        int outputs = aligned
            ? (int)(covered / axis.ScaledSize)
            : (int)Math.Ceiling(Math.Min(cells * LogitOversampling, Math.Max(axis.CropSize, cells)));
        AxisTaps taps = new(outputs, Math.Min(samples, 2));
        for (int i = 0; i < outputs; i++)
        {
            double crop = (i + 0.5) * axis.CropSize / outputs;
            double scaled = axis.Offset + (axis.Flip ? axis.CropSize - crop : crop);
            double centre = (scaled * samples / axis.ScaledSize) - 0.5;

            // An aligned sample is a cell: rounding away the noise of the divisions makes it an exact copy.
            taps.SetLinear(i, aligned ? Math.Round(centre) : centre, samples);
        }

        return taps;
    }

    /// <summary>Bilinear samples of a map over the same photo, one at the centre of each pixel of the crop. Samples outside the photo repeat its edge.</summary>
    /// <param name="axis">The crop, in image pixels.</param>
    /// <param name="samples">Values of the map along the axis.</param>
    public static AxisTaps ForPixels(CropAxis axis, int samples)
    {
        AxisTaps taps = new(axis.CropSize, Math.Min(samples, 2));
        for (int i = 0; i < axis.CropSize; i++)
        {
            taps.SetLinear(i, ((axis.ScaledPixel(i) + 0.5) * samples / axis.ScaledSize) - 0.5, samples);
        }

        return taps;
    }

    private void SetLinear(int output, double centre, int samples)
    {
        centre = Math.Clamp(centre, 0, samples - 1);
        int first = Math.Min((int)centre, samples - Width);
        First[output] = first;
        if (Width == 1)
        {
            Weights[output] = 1;
            return;
        }

        float second = (float)(centre - first);
        Weights[2 * output] = 1 - second;
        Weights[(2 * output) + 1] = second;
    }

    private void SetArea(int output, double from, double to, int samples)
    {
        int first = Math.Min((int)from, samples - Width);
        First[output] = first;
        for (int k = 0; k < Width; k++)
        {
            double overlap = Math.Min(to, first + k + 1) - Math.Max(from, first + k);
            Weights[(output * Width) + k] = (float)(Math.Max(0, overlap) / (to - from));
        }
    }
}
