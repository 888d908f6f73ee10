using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;

namespace SparseRefine.Cli.Pictures;

/// <summary>
/// Colours of the full-resolution picture in each of the demo's panels, shrunk or magnified into a canvas on the fly: no
/// full-size drawing is made.
/// </summary>
internal sealed class PanelPainter
{
    private const int RowsPerBlock = 16;
    private const float AnswerOpacity = 0.65f;
    private static readonly Rgb Selected = new(255, 214, 10);

    private readonly ImageBuffer _photo;
    private readonly ImageLayout _layout;
    private readonly IReadOnlyList<Rgb> _palette;
    private readonly LabelMap? _labels;
    private readonly bool[]? _selected;

    private PanelPainter(ImageBuffer photo, LabelMap? labels, IReadOnlyList<Rgb> palette, bool[]? selected)
    {
        _photo = photo;
        _layout = new(photo.View.BytesPerPixel, photo.View.RedOffset, photo.View.BlueOffset);
        _labels = labels;
        _palette = palette;
        _selected = selected;
    }

    /// <summary>The photo itself.</summary>
    /// <param name="photo">The photo.</param>
    /// <returns>A painter.</returns>
    public static PanelPainter Photo(ImageBuffer photo) => new(photo, null, [], null);

    /// <summary>The photo blended with the colours of its classes.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="labels">An answer of the same size.</param>
    /// <param name="palette">A colour a class; classes beyond it are shown as the photo.</param>
    /// <returns>A painter.</returns>
    public static PanelPainter Answer(ImageBuffer photo, LabelMap labels, IReadOnlyList<Rgb> palette)
        => new(photo, labels, palette, null);

    /// <summary>The selected pixels, bright on a dark grey photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="selection">Its selected pixels.</param>
    /// <returns>A painter.</returns>
    public static PanelPainter Selection(ImageBuffer photo, PixelSelection selection)
    {
        bool[] selected = new bool[photo.Height * photo.Width];
        foreach (int index in selection.Sites.Indices)
        {
            selected[index] = true;
        }

        return new(photo, null, [], selected);
    }

    /// <summary>Paints a part of the picture onto a part of the canvas: mean of the covered pixels, or the nearest one.</summary>
    /// <param name="source">Part of the picture.</param>
    /// <param name="canvas">Where to paint.</param>
    /// <param name="target">Part of the canvas.</param>
    /// <param name="workers">Threads.</param>
    public void Paint(Window source, Drawing canvas, Window target, Workers workers)
        => workers.For(target.Height, RowsPerBlock, (_, start, end) =>
        {
            for (int y = start; y < end; y++)
            {
                (int top, int bottom) = Covered(source.Top, source.Height, y, target.Height);
                for (int x = 0; x < target.Width; x++)
                {
                    (int left, int right) = Covered(source.Left, source.Width, x, target.Width);
                    canvas[target.Top + y, target.Left + x] = Mean(top, left, bottom, right);
                }
            }
        });

    private static (int From, int To) Covered(int start, int length, int at, int targets)
    {
        int from = (int)((long)at * length / targets);
        int to = (int)((long)(at + 1) * length / targets);
        return (start + from, start + Math.Max(from + 1, to));
    }

    private Rgb Mean(int top, int left, int bottom, int right)
    {
        int r = 0, g = 0, b = 0;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                Rgb color = At((y * _photo.Width) + x);
                r += color.R;
                g += color.G;
                b += color.B;
            }
        }

        int count = (bottom - top) * (right - left);
        int half = count / 2;
        return new((byte)((r + half) / count), (byte)((g + half) / count), (byte)((b + half) / count));
    }

    private Rgb At(int index)
    {
        int at = index * _layout.Stride;
        byte[] pixels = _photo.Pixels;
        Rgb photo = new(pixels[at + _layout.Red], pixels[at + 1], pixels[at + _layout.Blue]);
        if (_labels is not null)
        {
            int label = _labels.Labels[index];
            return label < _palette.Count ? photo.Mix(_palette[label], AnswerOpacity) : photo;
        }

        if (_selected is null)
        {
            return photo;
        }

        // Rec. 601 luma in 1/256, at half brightness so that the selected pixels stand out.
        byte grey = (byte)(((77 * photo.R) + (150 * photo.G) + (29 * photo.B)) >> 9);
        return _selected[index] ? Selected : new(grey, grey, grey);
    }

    private readonly record struct ImageLayout(int Stride, int Red, int Blue);
}
