using System.Globalization;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Interactive;

/// <summary>
/// Turns images, label maps, selections, scores and numbers into HTML for a notebook. Images are shrunk to a given longest
/// side and stand in the HTML as data URIs. Nothing that is passed in is kept, changed or disposed. Thread-safe.
/// </summary>
public static partial class Show
{
    /// <summary>Longest side of an image, in pixels, unless told otherwise.</summary>
    public const int DefaultSide = 480;

    /// <summary>A photo.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>The image with its size below.</returns>
    public static HtmlFragment Photo(MLImage image, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(image);
        using MLImage small = image.Shrink(side);
        return Figure("jpeg", small.ToJpeg(), $"{image.Width} x {image.Height}");
    }

    /// <summary>A label map in its classes' colors with a legend of the classes that occur and their shares.</summary>
    /// <param name="map">The map.</param>
    /// <param name="classes">Names and colors; null: indices and made-up colors.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>Image and legend.</returns>
    public static HtmlFragment Labels(LabelMap map, ClassList? classes = null, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(map);
        SegmentationPainter painter = new(classes);
        byte[] palette = painter.Palette.ToArray();
        long[] counts = new long[256];
        foreach (byte label in map.Labels)
        {
            counts[label]++;
        }

        string legend = string.Concat(Enumerable.Range(0, 256).Where(c => counts[c] > 0).Select(c =>
            $"<span style=\"white-space:nowrap\"><span style=\"display:inline-block;width:1em;height:1em;border:1px solid #888;background:rgb({palette[c * 3]},{palette[(c * 3) + 1]},{palette[(c * 3) + 2]})\"></span> "
            + $"{Escape(NameOf(c, classes))} {Percent((double)counts[c] / map.Labels.Length)}</span>&ensp;"));
        return new HtmlFragment(Painted(painter.Labels(map), side, $"{map.Width} x {map.Height}").Text + $"<div>{legend}</div>");
    }

    /// <summary>How unsure a dense model is: entropy from 0 (black) over red and yellow to ln C (white), in nats, at the scores' own resolution.</summary>
    /// <param name="logits">Its scores.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>The image, with the mean and largest entropy below.</returns>
    public static HtmlFragment Entropies(LogitMap logits, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(logits);
        EntropyMap map = new(logits, logits.Height, logits.Width, Interpolation.Nearest);
        return Painted(map.ToImage(), side, string.Create(
            CultureInfo.InvariantCulture,
            $"{logits.Width} x {logits.Height} scores; mean {map.Mean:0.000}, largest {map.Highest:0.000} of ln {logits.Classes} = {map.Largest:0.000} nats"));
    }

    /// <summary>Selected pixels, in <see cref="SegmentationPainter.SelectedColor"/> on black; the more of a shown pixel is selected, the brighter.</summary>
    /// <param name="selection">What a selector found.</param>
    /// <param name="side">Longest side shown.</param>
    /// <returns>The image, with count and density below.</returns>
    public static HtmlFragment Selection(PixelSelection selection, int side = DefaultSide)
    {
        ArgumentNullException.ThrowIfNull(selection);
        var sites = selection.Sites;
        return Painted(SegmentationPainter.Selected(selection), side, string.Create(
            CultureInfo.InvariantCulture, $"{sites.Count:N0} of {sites.Width} x {sites.Height} pixels, {Percent(sites.Density)}"));
    }

    /// <summary>Fragments beside each other, each under its title.</summary>
    /// <param name="parts">Titles and fragments.</param>
    /// <returns>One fragment.</returns>
    public static HtmlFragment Beside(params IReadOnlyList<(string Title, HtmlFragment Fragment)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new HtmlFragment(
            "<div style=\"display:flex;flex-wrap:wrap;gap:12px\">"
            + string.Concat(parts.Select(p => $"<div><b>{Escape(p.Title)}</b><br/>{p.Fragment.Text}</div>")) + "</div>");
    }

    private static string NameOf(int label, ClassList? classes) =>
        label == LabelMap.DefaultIgnoreIndex ? "not labelled"
        : classes is not null && label < classes.Count ? classes.Names[label] : $"class {label}";

    private static HtmlFragment Painted(MLImage painted, int side, string caption)
    {
        using (painted)
        {
            using MLImage small = painted.Shrink(side);
            using MemoryStream png = new();
            small.WritePng(png);
            return Figure("png", png.ToArray(), caption);
        }
    }

    private static HtmlFragment Figure(string kind, byte[] file, string caption) => new(
        $"<figure style=\"margin:0\"><img src=\"data:image/{kind};base64,{Convert.ToBase64String(file)}\" style=\"max-width:100%\"/><figcaption>{Escape(caption)}</figcaption></figure>");
}
