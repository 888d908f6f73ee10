using System.Globalization;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.Interactive;

/// <summary>Shrinks pictures and puts them into HTML.</summary>
internal static class Pictures
{
    public static HtmlFragment Figure(string dataUri, string caption) => new(
        $"<figure style=\"margin:0\"><img src=\"{dataUri}\" style=\"max-width:100%\"/><figcaption>{Tables.Escape(caption)}</figcaption></figure>");

    /// <summary>A photo as JPEG, each shown pixel the mean of those it covers.</summary>
    public static string Photo(MLImage image, int side)
    {
        (int height, int width) = Shrunk(image.Height, image.Width, side);
        byte[] pixels = new byte[height * width * 4];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Mean(image.Pixels, Box(y, image.Height, height), Box(x, image.Width, width), image.Width, pixels.AsSpan(((y * width) + x) * 4, 4));
            }
        }

        // MLImage encodes into files only.
        string file = Path.Combine(Path.GetTempPath(), $"sparserefine-{Guid.NewGuid():N}.jpg");
        try
        {
            using MLImage small = MLImage.CreateFromPixels(width, height, image.PixelFormat, pixels);
            small.Save(file);
            return "data:image/jpeg;base64," + Convert.ToBase64String(File.ReadAllBytes(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    public static HtmlFragment Labels(LabelMap map, ClassList? classes, int side)
    {
        (int height, int width) = Shrunk(map.Height, map.Width, side);
        byte[] palette = classes?.Palette.ToArray() ?? MadeUpColours();
        palette.AsSpan(255 * 3, 3).Fill(128); // not labelled: grey
        byte[] labels = new byte[height * width];
        for (int i = 0; i < labels.Length; i++)
        {
            // The most frequent label of the covered pixels would hide thin classes: the middle pixel's stands for them.
            labels[i] = map.Labels[(Middle(i / width, map.Height, height) * map.Width) + Middle(i % width, map.Width, width)];
        }

        long[] counts = new long[256];
        foreach (byte label in map.Labels)
        {
            counts[label]++;
        }

        string legend = string.Concat(Enumerable.Range(0, 256).Where(c => counts[c] > 0).Select(c =>
            $"<span style=\"white-space:nowrap\"><span style=\"display:inline-block;width:1em;height:1em;border:1px solid #888;background:rgb({palette[c * 3]},{palette[(c * 3) + 1]},{palette[(c * 3) + 2]})\"></span> "
            + $"{Tables.Escape(NameOf(c, classes))} {Tables.Percent((double)counts[c] / map.Labels.Length)}</span>&ensp;"));
        return new HtmlFragment(
            Figure(Png(labels, height, width, palette), $"{map.Width} x {map.Height}").Text + $"<div>{legend}</div>");
    }

    public static HtmlFragment Entropies(LogitMap logits, int side)
    {
        float[] entropies = EntropiesOf(logits);
        double highest = Math.Log(logits.Classes);
        (int height, int width) = Shrunk(logits.Height, logits.Width, side);
        byte[] shown = Shrink(entropies, logits.Height, logits.Width, height, width, highest);
        string caption = string.Create(
            CultureInfo.InvariantCulture,
            $"{logits.Width} x {logits.Height} scores; mean {entropies.Average():0.000}, largest {entropies.Max():0.000} of ln {logits.Classes} = {highest:0.000} nats");
        return Figure(Png(shown, height, width, Heat()), caption);
    }

    public static HtmlFragment Selection(PixelSelection selection, int side)
    {
        var sites = selection.Sites;
        float[] selected = new float[sites.Height * sites.Width];
        foreach (int index in sites.Indices)
        {
            selected[index] = 1;
        }

        (int height, int width) = Shrunk(sites.Height, sites.Width, side);
        byte[] shown = Shrink(selected, sites.Height, sites.Width, height, width, 1);
        return Figure(
            Png(shown, height, width, Heat()),
            string.Create(CultureInfo.InvariantCulture, $"{sites.Count:N0} of {sites.Width} x {sites.Height} pixels, ") + Tables.Percent(sites.Density));
    }

    /// <summary>The entropy of every score pixel, [height, width], in nats.</summary>
    public static float[] EntropiesOf(LogitMap logits)
    {
        int pixels = logits.Height * logits.Width;
        float[] rows = new float[pixels * logits.Classes];
        for (int c = 0; c < logits.Classes; c++)
        {
            for (int i = 0; i < pixels; i++)
            {
                rows[(i * logits.Classes) + c] = logits.Values[(c * pixels) + i];
            }
        }

        float[] entropies = new float[pixels];
        Entropy.OfRows(rows, logits.Classes, entropies);
        return entropies;
    }

    public static string NameOf(int label, ClassList? classes) =>
        label == LabelMap.DefaultIgnoreIndex ? "not labelled"
        : classes is not null && label < classes.Count ? classes.Names[label] : $"class {label}";

    private static string Png(byte[] indices, int height, int width, byte[] palette)
    {
        using MemoryStream png = new();
        IndexPng.Write(new LabelMap(indices, height, width), png, palette);
        return "data:image/png;base64," + Convert.ToBase64String(png.GetBuffer(), 0, (int)png.Length);
    }

    private static (int Height, int Width) Shrunk(int height, int width, int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        double scale = Math.Min(1, (double)side / Math.Max(height, width));
        return (Math.Max(1, (int)Math.Round(height * scale)), Math.Max(1, (int)Math.Round(width * scale)));
    }

    private static byte[] Shrink(float[] values, int fromHeight, int fromWidth, int height, int width, double highest)
    {
        byte[] shown = new byte[height * width];
        for (int i = 0; i < shown.Length; i++)
        {
            (int top, int bottom) = Box(i / width, fromHeight, height);
            (int left, int right) = Box(i % width, fromWidth, width);
            double sum = 0;
            for (int y = top; y < bottom; y++)
            {
                for (int x = left; x < right; x++)
                {
                    sum += values[(y * fromWidth) + x];
                }
            }

            shown[i] = (byte)Math.Clamp(Math.Round(255 * sum / ((bottom - top) * (right - left)) / highest), 0, 255);
        }

        return shown;
    }

    private static void Mean(ReadOnlySpan<byte> pixels, (int From, int To) rows, (int From, int To) columns, int width, Span<byte> mean)
    {
        int count = (rows.To - rows.From) * (columns.To - columns.From);
        for (int c = 0; c < 4; c++)
        {
            int sum = count / 2;
            for (int y = rows.From; y < rows.To; y++)
            {
                for (int x = columns.From; x < columns.To; x++)
                {
                    sum += pixels[(((y * width) + x) * 4) + c];
                }
            }

            mean[c] = (byte)(sum / count);
        }
    }

    // The source pixels that a shown one covers; neither gap nor overlap, at least one.
    private static (int From, int To) Box(int i, int from, int to) => ((int)((long)i * from / to), (int)((i + 1L) * from / to));

    private static int Middle(int i, int from, int to) => (int)(((2L * i) + 1) * from / (2L * to));

    // Black, red, yellow, white.
    private static byte[] Heat() =>
        [.. Enumerable.Range(0, 256).SelectMany(i => new[] { Ramp(i), Ramp(i - 85), Ramp(i - 170) })];

    private static byte Ramp(int i) => (byte)Math.Clamp(i * 3, 0, 255);

    // Class 0 black; hues a golden angle apart, so that neighbours differ much.
    private static byte[] MadeUpColours()
    {
        byte[] colours = new byte[256 * 3];
        for (int i = 1; i < 256; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                double phase = (i * 0.61803398875) + (c / 3.0);
                colours[(i * 3) + c] = (byte)(128 + (110 * Math.Cos(2 * Math.PI * phase)));
            }
        }

        return colours;
    }
}
