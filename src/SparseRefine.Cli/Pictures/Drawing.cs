using Microsoft.ML.Data;
using SparseRefine.Cli.Files;
using SparseRefine.MLNet;
using SparseRefine.Persistence;

namespace SparseRefine.Cli.Pictures;

/// <summary>A picture to draw on. What falls outside is cut off.</summary>
internal sealed class Drawing
{
    private readonly byte[] _pixels;

    /// <summary>Makes a canvas of one colour.</summary>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="color">The colour.</param>
    public Drawing(int height, int width, Rgb color)
    {
        Height = height;
        Width = width;
        _pixels = new byte[checked(height * width * 4)];
        Fill(new Window(0, 0, height, width), color);
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>The colour of a pixel, which must lie inside.</summary>
    /// <param name="y">Row.</param>
    /// <param name="x">Column.</param>
    public Rgb this[int y, int x]
    {
        get
        {
            int at = ((y * Width) + x) * 4;
            return new(_pixels[at], _pixels[at + 1], _pixels[at + 2]);
        }

        set
        {
            int at = ((y * Width) + x) * 4;
            _pixels[at] = value.R;
            _pixels[at + 1] = value.G;
            _pixels[at + 2] = value.B;
            _pixels[at + 3] = 255;
        }
    }

    /// <summary>Paints a rectangle.</summary>
    /// <param name="region">Where.</param>
    /// <param name="color">The colour.</param>
    public void Fill(Window region, Rgb color)
    {
        int bottom = Math.Min(Height, region.Top + region.Height);
        int right = Math.Min(Width, region.Left + region.Width);
        for (int y = Math.Max(0, region.Top); y < bottom; y++)
        {
            for (int x = Math.Max(0, region.Left); x < right; x++)
            {
                this[y, x] = color;
            }
        }
    }

    /// <summary>Draws a frame around a rectangle, outside of it.</summary>
    /// <param name="region">What stays free.</param>
    /// <param name="thickness">Pixels of the line.</param>
    /// <param name="color">The colour.</param>
    public void Frame(Window region, int thickness, Rgb color)
    {
        (int top, int left, int height, int width) = region;
        int wide = width + (2 * thickness);
        Fill(new Window(top - thickness, left - thickness, thickness, wide), color);
        Fill(new Window(top + height, left - thickness, thickness, wide), color);
        Fill(new Window(top, left - thickness, height, thickness), color);
        Fill(new Window(top, left + width, height, thickness), color);
    }

    /// <summary>Writes a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="top">First row.</param>
    /// <param name="left">First column.</param>
    /// <param name="scale">Pixels of a dot, at least 1.</param>
    /// <param name="color">The colour.</param>
    public void Write(string text, int top, int left, int scale, Rgb color)
    {
        for (int i = 0; i < text.Length; i++)
        {
            for (int row = 0; row < BitmapFont.Height; row++)
            {
                for (int column = 0; column < BitmapFont.Width; column++)
                {
                    if (BitmapFont.IsInk(text[i], row, column))
                    {
                        int x = left + (((i * BitmapFont.Advance) + column) * scale);
                        Fill(new Window(top + (row * scale), x, scale, scale), color);
                    }
                }
            }
        }
    }

    /// <summary>Saves as PNG, or as what the name's extension says.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path)
    {
        using MLImage image = MLImage.CreateFromPixels(Width, Height, MLPixelFormat.Rgba32, _pixels);
        AtomicFile.Write(path, stream => ImageEncoder.Encode(image, stream, Path.GetExtension(path)));
    }
}
