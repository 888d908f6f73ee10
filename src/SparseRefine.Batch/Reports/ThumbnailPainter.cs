using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Sites;

namespace SparseRefine.Batch;

/// <summary>Draws the layers of one image, small. A pixel is the mean of up to 4 x 4 samples of what it covers.</summary>
/// <param name="photo">The image; used within the call only.</param>
/// <param name="palette">Red, green, blue of all 256 indices.</param>
internal sealed class ThumbnailPainter(ScoredPhoto photo, byte[] palette)
{
    /// <summary>The longer side, pixels.</summary>
    public const int Side = 400;

    private const int Samples = 4;
    private const double Opacity = 0.65;
    private static readonly (double R, double G, double B) Marked = (255, 96, 48);

    /// <summary>Draws a layer.</summary>
    /// <returns>A new image, which the caller disposes; null for a layer that the pipeline does not have.</returns>
    public MLImage? Paint(ReportLayer layer)
    {
        if (layer is ReportLayer.LowResolution or ReportLayer.Mask && photo.Selection is null)
        {
            return null;
        }

        ImageView image = photo.Photo;
        LabelMap? labels = layer switch
        {
            ReportLayer.LowResolution => photo.Selection!.DenseLabels,
            ReportLayer.Refined => photo.Labels,
            _ => null,
        };
        if (labels is not null && (labels.Height != image.Height || labels.Width != image.Width))
        {
            return null;
        }

        double scale = Math.Min(1, Side / (double)Math.Max(image.Height, image.Width));
        int height = Math.Max(1, (int)Math.Round(image.Height * scale));
        int width = Math.Max(1, (int)Math.Round(image.Width * scale));
        byte[] selected = layer == ReportLayer.Mask ? Selected(photo.Selection!.Sites) : [];
        byte[] pixels = new byte[height * width * 4];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (double r, double g, double b) = Mean(image, labels, selected, Range(y, height, image.Height), Range(x, width, image.Width));
                Span<byte> pixel = pixels.AsSpan(((y * width) + x) * 4, 4);
                (pixel[0], pixel[1], pixel[2], pixel[3]) = ((byte)(r + 0.5), (byte)(g + 0.5), (byte)(b + 0.5), byte.MaxValue);
            }
        }

        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
    }

    private (double R, double G, double B) Mean(ImageView image, LabelMap? labels, byte[] selected, Steps rows, Steps columns)
    {
        double r = 0;
        double g = 0;
        double b = 0;
        int count = 0;
        int red = image.Order == PixelOrder.Rgba32 ? 0 : 2;
        for (int y = rows.Start; y < rows.End; y += rows.Step)
        {
            for (int x = columns.Start; x < columns.End; x += columns.Step, count++)
            {
                int at = (y * image.Width) + x;
                ReadOnlySpan<byte> pixel = image.Pixels.Slice(at * 4, 4);
                (double sr, double sg, double sb) = (pixel[red], pixel[1], pixel[2 - red]);
                if (labels is not null)
                {
                    ReadOnlySpan<byte> colour = palette.AsSpan(labels.Labels[at] * 3, 3);
                    (sr, sg, sb) = (Mix(sr, colour[0]), Mix(sg, colour[1]), Mix(sb, colour[2]));
                }
                else if (selected.Length > 0)
                {
                    double grey = ((0.3 * sr) + (0.59 * sg) + (0.11 * sb)) * 0.55;
                    (sr, sg, sb) = selected[at] == 0 ? (grey, grey, grey) : (Mix(grey, Marked.R), Mix(grey, Marked.G), Mix(grey, Marked.B));
                }

                r += sr;
                g += sg;
                b += sb;
            }
        }

        return (r / count, g / count, b / count);
    }

    private static double Mix(double below, double above) => below + ((above - below) * Opacity);

    private static byte[] Selected(SiteSet sites)
    {
        byte[] selected = new byte[sites.Height * sites.Width];
        foreach (int index in sites.Indices)
        {
            selected[index] = 1;
        }

        return selected;
    }

    private static Steps Range(int at, int small, int large)
    {
        int start = (int)((long)at * large / small);
        int end = Math.Max(start + 1, (int)((long)(at + 1) * large / small));
        return new(start, end, Math.Max(1, (end - start + Samples - 1) / Samples));
    }

    private readonly record struct Steps(int Start, int End, int Step);
}
