using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using SkiaSharp;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>
/// Paints label maps and selected pixels, alone or over their photo: the one way in which the tool, its jobs and reports, ML.NET's pipelines and notebooks do. Images come
/// back as Bgra32, opaque, and belong to the caller. Immutable and thread-safe.
/// </summary>
public sealed class SegmentationPainter
{
    private const uint Opaque = 0xFF000000;
    private static readonly string[] Nothing = ["background", "unlabelled", "unlabeled"];
    private readonly byte[] _palette;
    private readonly uint[] _inks;

    /// <summary>Makes a painter.</summary>
    /// <param name="classes">Names and colors; null: made-up colors that differ much between neighbors, and no class is background.</param>
    /// <param name="options">How colors are laid over photos; null: as <see cref="PaintOptions"/> says by itself.</param>
    public SegmentationPainter(ClassList? classes = null, PaintOptions? options = null)
    {
        options ??= new PaintOptions();
        _palette = ClassPalette.Of(classes);
        uint weight = (uint)MathF.Round(options.Opacity * 256);
        _inks = new uint[256 * 4];
        for (int label = 0; label < 256; label++)
        {
            bool isBare = label == LabelMap.DefaultIgnoreIndex || (label == 0 && classes is not null && IsNothing(classes.Names[0]));
            uint share = isBare && !options.PaintBackground ? 0 : weight;
            for (int channel = 0; channel < 3; channel++)
            {
                _inks[(label * 4) + channel] = (_palette[(label * 3) + channel] * share) + 128;
            }

            _inks[(label * 4) + 3] = 256 - share;
        }
    }

    /// <summary>Red, green and blue of selected pixels: yellow, brighter than the darkened photo around them ever is.</summary>
    public static ReadOnlySpan<byte> SelectedColor => [255, 214, 10];

    /// <summary>Red, green and blue of all 256 labels: the class list's colors or made-up ones, grey for <see cref="LabelMap.DefaultIgnoreIndex"/>.</summary>
    public ReadOnlySpan<byte> Palette => _palette;

    /// <summary>Paints labels in their colors, class 0 like the others.</summary>
    /// <param name="labels">The labels.</param>
    /// <returns>The image.</returns>
    public MLImage Labels(LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Paint(labels, _palette);
    }

    /// <summary>Lays the labels' colors over their photo: (w color + (256 - w) photo + 128) / 256 in each channel, w being the opacity in 1/256, rounded.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="labels">Labels of the photo's size. <see cref="LabelMap.DefaultIgnoreIndex"/> leaves the photo as class 0 does; see <see cref="PaintOptions.PaintBackground"/>.</param>
    /// <returns>The image.</returns>
    /// <exception cref="ArgumentException">Sizes that differ.</exception>
    public MLImage Overlay(ImageView photo, LabelMap labels) => SkiaImages.ToMLImage(Blend(photo, labels));

    /// <summary>Paints selected pixels in <see cref="SelectedColor"/>, over their photo in grey at half its brightness.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="selection">A selection of the photo's size.</param>
    /// <returns>The image.</returns>
    /// <exception cref="ArgumentException">Sizes that differ.</exception>
    public static MLImage Selected(ImageView photo, PixelSelection selection) => SkiaImages.ToMLImage(Mark(photo, selection));

    /// <summary>Paints selected pixels in <see cref="SelectedColor"/> on black.</summary>
    /// <param name="selection">The selection.</param>
    /// <returns>The image.</returns>
    public static MLImage Selected(PixelSelection selection) => Paint(Mask(selection), [.. new byte[255 * 3], .. SelectedColor]);

    /// <summary>Selected pixels as grey values.</summary>
    /// <param name="selection">The selection.</param>
    /// <returns>255 where a pixel is selected, else 0.</returns>
    public static LabelMap Mask(PixelSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        byte[] mask = new byte[selection.DenseLabels.Labels.Length];
        foreach (int index in selection.Sites.Indices)
        {
            mask[index] = byte.MaxValue;
        }

        return new LabelMap(mask, selection.Sites.Height, selection.Sites.Width);
    }

    /// <summary>Paints one layer, small.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="selection">Selected pixels and low-resolution answer; null for a model without a refiner.</param>
    /// <param name="labels">The answer.</param>
    /// <param name="side">Pixels of the longer side, at least 1; never enlarged.</param>
    /// <returns>The image; null for a layer of the selection where there is none.</returns>
    /// <exception cref="ArgumentException">Sizes that differ.</exception>
    public MLImage? Thumbnail(PhotoLayer layer, ImageView photo, PixelSelection? selection, LabelMap labels, int side) =>
        Layer(layer, photo, selection, labels) is SKBitmap painted ? SkiaImages.ToMLImage(SkiaImages.Shrink(painted, side)) : null;

    /// <summary>One layer at the photo's size; null for a layer of the selection where there is none.</summary>
    internal SKBitmap? Layer(PhotoLayer layer, ImageView photo, PixelSelection? selection, LabelMap labels) => layer switch
    {
        PhotoLayer.Photo => SkiaImages.Paint(photo, default(PhotoInk)),
        PhotoLayer.Refined => Blend(photo, labels),
        PhotoLayer.LowResolution => selection is null ? null : Blend(photo, selection.DenseLabels),
        PhotoLayer.Selected => selection is null ? null : Mark(photo, selection),
        _ => throw new ArgumentOutOfRangeException(nameof(layer), $"layer: expected a layer, got {layer}"),
    };

    /// <summary>Paints numbers with a palette of red, green, blue for all 256.</summary>
    internal static MLImage Paint(LabelMap map, byte[] palette)
    {
        SKBitmap painted = SkiaImages.Create(map.Height, map.Width);
        Span<uint> target = MemoryMarshal.Cast<byte, uint>(SkiaImages.Bytes(painted));
        for (int i = 0; i < target.Length; i++)
        {
            int at = map.Labels[i] * 3;
            target[i] = Pixel(palette[at], palette[at + 1], palette[at + 2]);
        }

        return SkiaImages.ToMLImage(painted);
    }

    private static uint Pixel(uint red, uint green, uint blue) => Opaque | (red << 16) | (green << 8) | blue;

    private static bool IsNothing(string name) => Nothing.Contains(name.Trim(), StringComparer.OrdinalIgnoreCase);

    private SKBitmap Blend(ImageView photo, LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ThrowUnlessSameSize(photo, labels, nameof(labels));
        return SkiaImages.Paint(photo, new ClassInk(labels.Labels, _inks));
    }

    private static SKBitmap Mark(ImageView photo, PixelSelection selection)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ThrowUnlessSameSize(photo, selection.DenseLabels, nameof(selection));
        return SkiaImages.Paint(photo, new SelectedInk(selection.Sites.Indices));
    }

    private static void ThrowUnlessSameSize(ImageView photo, LabelMap labels, string name)
    {
        if (labels.Height != photo.Height || labels.Width != photo.Width)
        {
            throw new ArgumentException($"{name}: expected the photo's size {photo.Height}x{photo.Width}, got {labels.Height}x{labels.Width}", name);
        }
    }

    /// <summary>The photo as it is.</summary>
    internal readonly struct PhotoInk : IPixelInk
    {
        public uint Of(int pixel, uint red, uint green, uint blue) => Pixel(red, green, blue);
    }

    // inks: for each label its color times its weight plus 128, red, green, blue, then the photo's weight; weights in 1/256.
    private readonly ref struct ClassInk(ReadOnlySpan<byte> labels, ReadOnlySpan<uint> inks) : IPixelInk
    {
        private readonly ReadOnlySpan<byte> _labels = labels;
        private readonly ReadOnlySpan<uint> _inks = inks;

        public uint Of(int pixel, uint red, uint green, uint blue)
        {
            ReadOnlySpan<uint> ink = _inks.Slice(_labels[pixel] * 4, 4);
            return Pixel(((red * ink[3]) + ink[0]) >> 8, ((green * ink[3]) + ink[1]) >> 8, ((blue * ink[3]) + ink[2]) >> 8);
        }
    }

    // Sites of a selection ascend, as the pixels that are asked for do: one step forward in the list finds the next one.
    private ref struct SelectedInk(ReadOnlySpan<int> sites) : IPixelInk
    {
        private readonly ReadOnlySpan<int> _sites = sites;
        private int _next;

        public uint Of(int pixel, uint red, uint green, uint blue)
        {
            if (_next < _sites.Length && _sites[_next] == pixel)
            {
                _next++;
                return Pixel(SelectedColor[0], SelectedColor[1], SelectedColor[2]);
            }

            // Rec. 601 luma in 1/512: half the brightness.
            uint grey = ((77 * red) + (150 * green) + (29 * blue)) >> 9;
            return Pixel(grey, grey, grey);
        }
    }
}
