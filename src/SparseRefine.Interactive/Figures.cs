using System.Globalization;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;
using SparseRefine.Selectors;

namespace SparseRefine.Interactive;

/// <summary>Puts images, shrunk, into HTML.</summary>
internal static class Figures
{
    public static HtmlFragment Photo(MLImage image, int side)
    {
        using MLImage small = image.Shrink(side);
        return Figure("jpeg", small.ToJpeg(), $"{image.Width} x {image.Height}");
    }

    public static HtmlFragment Labels(LabelMap map, ClassList? classes, int side)
    {
        SegmentationPainter painter = new(classes);
        byte[] palette = painter.Palette.ToArray();
        long[] counts = new long[256];
        foreach (byte label in map.Labels)
        {
            counts[label]++;
        }

        string legend = string.Concat(Enumerable.Range(0, 256).Where(c => counts[c] > 0).Select(c =>
            $"<span style=\"white-space:nowrap\"><span style=\"display:inline-block;width:1em;height:1em;border:1px solid #888;background:rgb({palette[c * 3]},{palette[(c * 3) + 1]},{palette[(c * 3) + 2]})\"></span> "
            + $"{Tables.Escape(NameOf(c, classes))} {Tables.Percent((double)counts[c] / map.Labels.Length)}</span>&ensp;"));
        return new HtmlFragment(Painted(painter.Labels(map), side, $"{map.Width} x {map.Height}").Text + $"<div>{legend}</div>");
    }

    public static HtmlFragment Entropies(LogitMap logits, int side)
    {
        EntropyMap map = new(logits, logits.Height, logits.Width, Interpolation.Nearest);
        return Painted(map.ToImage(), side, string.Create(
            CultureInfo.InvariantCulture,
            $"{logits.Width} x {logits.Height} scores; mean {map.Mean:0.000}, largest {map.Highest:0.000} of ln {logits.Classes} = {map.Largest:0.000} nats"));
    }

    public static HtmlFragment Selection(PixelSelection selection, int side)
    {
        var sites = selection.Sites;
        return Painted(SegmentationPainter.Selected(selection), side, string.Create(
            CultureInfo.InvariantCulture, $"{sites.Count:N0} of {sites.Width} x {sites.Height} pixels, {Tables.Percent(sites.Density)}"));
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
        $"<figure style=\"margin:0\"><img src=\"data:image/{kind};base64,{Convert.ToBase64String(file)}\" style=\"max-width:100%\"/><figcaption>{Tables.Escape(caption)}</figcaption></figure>");
}
