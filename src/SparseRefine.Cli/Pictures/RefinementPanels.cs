using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Pictures;

/// <summary>
/// One picture that shows a refinement: photo, low-resolution answer, selected pixels and refined answer side by side, and
/// below each the same magnified detail, framed in the panel above it.
/// </summary>
internal static class RefinementPanels
{
    private const int PanelHeight = 584;
    private const int Margin = 12;
    private const int TextScale = 3;
    private const int CaptionHeight = (BitmapFont.Height * TextScale) + (2 * Margin);

    /// <summary>Side of the picture / side of the detail.</summary>
    private const int DetailShare = 16;

    private static readonly Rgb Paper = new(24, 24, 28);
    private static readonly Rgb Ink = new(238, 238, 238);
    private static readonly Rgb Marker = new(0, 224, 255);

    /// <summary>Draws the picture.</summary>
    /// <param name="name">The photo's name, for the caption.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="selection">Selected pixels and low-resolution answer.</param>
    /// <param name="refined">Refined answer.</param>
    /// <param name="palette">A colour a class.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>The canvas, 4 panels wide.</returns>
    public static Drawing Draw(
        string name, ImageBuffer photo, PixelSelection selection, LabelMap refined, IReadOnlyList<Rgb> palette, Workers workers)
    {
        // Long narrow pictures keep panels between a third and three times as wide as high.
        int width = (int)Math.Clamp(
            Math.Round((double)PanelHeight * photo.Width / photo.Height), PanelHeight / 3.0, PanelHeight * 3.0);
        Window all = new(0, 0, photo.Height, photo.Width);
        Window detail = DetailWindow.Choose(selection, refined, photo.Height / DetailShare, photo.Width / DetailShare);
        Drawing canvas = new(
            (2 * CaptionHeight) + (2 * PanelHeight) + Margin, (4 * width) + (5 * Margin), Paper);
        string magnified = $"DETAIL {detail.Width}x{detail.Height} AT {detail.Left},{detail.Top}";
        string density = FormattableString.Invariant($"SELECTED PIXELS: {100 * selection.Sites.Density:0.0}%");
        Draw(0, PanelPainter.Photo(photo), $"{name} {photo.Width}x{photo.Height}", magnified);
        Draw(1, PanelPainter.Answer(photo, selection.DenseLabels, palette), "LOW-RESOLUTION ANSWER", string.Empty);
        Draw(2, PanelPainter.Selection(photo, selection), density, string.Empty);
        Draw(3, PanelPainter.Answer(photo, refined, palette), "REFINED ANSWER", string.Empty);
        return canvas;

        void Draw(int panel, PanelPainter painter, string caption, string below)
        {
            int left = Margin + (panel * (width + Margin));
            Window picture = new(CaptionHeight, left, PanelHeight, width);
            Window magnifier = new((2 * CaptionHeight) + PanelHeight, left, PanelHeight, width);
            painter.Paint(all, canvas, picture, workers);
            painter.Paint(detail, canvas, magnifier, workers);
            canvas.Write(caption, Margin, left, TextScale, Ink);
            canvas.Write(below, CaptionHeight + PanelHeight + Margin, left, TextScale, Ink);
            canvas.Frame(magnifier, 2, Marker);
            canvas.Frame(Place(detail, all, picture), 2, Marker);
        }
    }

    private static Window Place(Window detail, Window all, Window panel) => new(
        panel.Top + (int)((long)detail.Top * panel.Height / all.Height),
        panel.Left + (int)((long)detail.Left * panel.Width / all.Width),
        Math.Max(1, (int)((long)detail.Height * panel.Height / all.Height)),
        Math.Max(1, (int)((long)detail.Width * panel.Width / all.Width)));
}
