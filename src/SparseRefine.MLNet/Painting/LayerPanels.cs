using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// One image that shows a refinement: photo, low-resolution answer, selected pixels and refined answer side by side, and below each the same detail, magnified and framed
/// in the panel above it. The detail is where the two answers differ most.
/// </summary>
public static class LayerPanels
{
    private const int PanelHeight = 480;
    private const int Margin = 12;
    private const int TextSize = 22;
    private const int Caption = TextSize + Margin;
    private const int DetailTop = (2 * (Margin + Caption)) + PanelHeight;
    private const int Line = 2;
    private static readonly SKColor Paper = new(24, 24, 28);
    private static readonly SKColor Ink = new(238, 238, 238);
    private static readonly SKColor Marker = new(0, 224, 255);

    /// <summary>Draws the image.</summary>
    /// <param name="painter">The colors.</param>
    /// <param name="name">What the caption calls the photo.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="selection">Its selected pixels and low-resolution answer.</param>
    /// <param name="refined">Its refined answer.</param>
    /// <returns>A new image, which the caller disposes. Without captions on a machine that has no fonts.</returns>
    /// <exception cref="ArgumentException">Sizes that differ.</exception>
    public static MLImage Draw(SegmentationPainter painter, string name, ImageView photo, PixelSelection selection, LabelMap refined)
    {
        ArgumentNullException.ThrowIfNull(painter);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(refined);

        // Panels of long narrow photos stay between a third and three times as wide as high.
        int width = (int)Math.Clamp((double)PanelHeight * photo.Width / photo.Height, PanelHeight / 3, PanelHeight * 3);
        SKBitmap panels = SkiaImages.Create((2 * (Caption + PanelHeight)) + (3 * Margin), (4 * (width + Margin)) + Margin);
        using (SKCanvas canvas = new(panels))
        {
            canvas.Clear(Paper);
            foreach (PhotoLayer layer in Enum.GetValues<PhotoLayer>())
            {
                using SKBitmap painted = painter.Layer(layer, photo, selection, refined)!;
                SKRectI detail = DetailWindow.Choose(selection.DenseLabels, refined);
                int left = Margin + ((int)layer * (width + Margin));
                Draw(canvas, painted, detail, SKRect.Create(left, Margin + Caption, width, PanelHeight));
                Write(canvas, left, Margin + Caption, layer switch
                {
                    PhotoLayer.Photo => $"{name}, {photo.Width}x{photo.Height}",
                    PhotoLayer.LowResolution => "low-resolution answer",
                    PhotoLayer.Selected => FormattableString.Invariant($"selected: {100 * selection.Sites.Density:0.0} % of the pixels"),
                    _ => "refined answer",
                });
                Write(canvas, left, DetailTop, layer == PhotoLayer.Photo ? $"the framed {detail.Width}x{detail.Height} at {detail.Left},{detail.Top}" : "");
            }
        }

        return SkiaImages.ToMLImage(panels);
    }

    // The whole layer into its panel, the detail below it.
    private static void Draw(SKCanvas canvas, SKBitmap layer, SKRectI detail, SKRect panel)
    {
        SKRect magnified = SKRect.Create(panel.Left, DetailTop, panel.Width, panel.Height);
        using SKPaint shrinking = new() { FilterQuality = SKFilterQuality.High };
        canvas.DrawBitmap(layer, panel, shrinking);
        canvas.DrawBitmap(layer, detail, magnified); // without a filter: each pixel is a square
        SKMatrix toPanel = SKMatrix.CreateScaleTranslation(panel.Width / layer.Width, panel.Height / layer.Height, panel.Left, panel.Top);
        using SKPaint line = new() { Color = Marker, Style = SKPaintStyle.Stroke, StrokeWidth = Line };
        foreach (SKRect frame in (ReadOnlySpan<SKRect>)[toPanel.MapRect(detail), magnified])
        {
            canvas.DrawRect(SKRect.Inflate(frame, Line / 2f, Line / 2f), line);
        }
    }

    // The default typeface of a machine without fonts has no glyphs; SkiaSharp would draw nothing or boxes.
    private static void Write(SKCanvas canvas, float left, float below, string text)
    {
        if (SKTypeface.Default.GlyphCount > 0)
        {
            using SKPaint ink = new() { Color = Ink, TextSize = TextSize, IsAntialias = true };
            canvas.DrawText(text, left, below - Margin, ink);
        }
    }
}
