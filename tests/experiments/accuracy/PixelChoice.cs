using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Experiments.Accuracy;

/// <summary>
/// Which pixels are refined: a selector's text, perhaps with one of <c>+dilate:R</c> (and all within R rows and columns of them), <c>+prune:N</c> (without
/// those of fewer than N selected neighbours) and <c>+half</c> (of the photo at half its sides; an answer is four pixels') behind it.
/// </summary>
/// <param name="Text">The text.</param>
/// <param name="Selector">What it selects.</param>
/// <param name="IsHalf">Whether from the photo at half its sides.</param>
internal sealed record PixelChoice(string Text, IPixelSelector Selector, bool IsHalf)
{
    /// <summary>Reads the text.</summary>
    /// <exception cref="ArgumentException">Another text.</exception>
    public static PixelChoice Parse(string text)
    {
        string[] parts = text.Split('+', 2);
        IPixelSelector inner = PixelSelector.Parse(parts[0]);
        string[] words = parts.Length == 1 ? [] : parts[1].Split(':');
        return words switch
        {
            [] => new PixelChoice(text, inner, false),
            ["half"] => new PixelChoice(text, inner, true),
            ["dilate", string radius] when int.TryParse(radius, out int r) && r > 0 =>
                new PixelChoice(text, new ReshapedSelector(inner, text, (sites, height, width) => Dilate(sites, height, width, r)), false),
            ["prune", string least] when int.TryParse(least, out int n) && n > 0 =>
                new PixelChoice(text, new ReshapedSelector(inner, text, (sites, height, width) => Prune(sites, height, width, n)), false),
            _ => throw new ArgumentException($"selectors: expected +dilate:R, +prune:N or +half behind a selector, got '{text}'"),
        };
    }

    /// <summary>Selects, and runs the sparse network on what is selected.</summary>
    public RefinedPixels Extract(SparseRefiner refiner, ImageView photo, LogitMap logits, Workers workers)
    {
        if (!IsHalf)
        {
            PixelSelection selection = Selector.Select(logits, photo.Height, photo.Width, workers);
            return new RefinedPixels(selection, refiner.Extract(photo, logits, selection, workers), null);
        }

        ImageBuffer half = Halve(photo);
        PixelSelection small = Selector.Select(logits, half.Height, half.Width, workers);
        SparseLogits sparse = refiner.Extract(half.View, logits, small, workers);

        // A selected pixel of the small photo is up to four of the large one; two of its rows read one small row.
        List<int> indices = new(4 * small.Sites.Count);
        List<int> rows = new(4 * small.Sites.Count);
        for (int first = 0, next; first < small.Sites.Count; first = next)
        {
            int y = small.Sites.Indices[first] / half.Width;
            next = first;
            while (next < small.Sites.Count && small.Sites.Indices[next] / half.Width == y)
            {
                next++;
            }

            for (int i = 0; i < 4 * (next - first); i++)
            {
                int site = first + (i / 2 % (next - first));
                int row = (2 * y) + (i / (2 * (next - first)));
                int column = (2 * (small.Sites.Indices[site] % half.Width)) + (i % 2);
                if (row < photo.Height && column < photo.Width)
                {
                    indices.Add((row * photo.Width) + column);
                    rows.Add(site);
                }
            }
        }

        // Above ln 255: selects nothing, labels all.
        LabelMap labels = new EntropySelector(6).Select(logits, photo.Height, photo.Width, workers).DenseLabels;
        return new RefinedPixels(new PixelSelection(new SiteSet([.. indices], 1, photo.Height, photo.Width), labels), sparse, [.. rows]);
    }

    // Means of 2x2 pixels; a last odd row or column counts twice.
    private static ImageBuffer Halve(ImageView photo)
    {
        int height = (photo.Height + 1) / 2;
        int width = (photo.Width + 1) / 2;
        byte[] pixels = new byte[height * width * 4];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> above = photo.Pixels.Slice(2 * y * photo.Width * 4, photo.Width * 4);
            ReadOnlySpan<byte> below = photo.Pixels.Slice(Math.Min((2 * y) + 1, photo.Height - 1) * photo.Width * 4, photo.Width * 4);
            for (int i = 0; i < width * 4; i++)
            {
                int left = (i / 4 * 8) + (i % 4);
                int right = Math.Min(left + 4, (photo.Width * 4) - 4 + (i % 4));
                pixels[(y * width * 4) + i] = (byte)((above[left] + above[right] + below[left] + below[right] + 2) / 4);
            }
        }

        return new ImageBuffer(pixels, height, width, photo.Order);
    }

    private static int[] Dilate(SiteSet sites, int height, int width, int radius)
    {
        bool[] selected = new bool[height * width];
        foreach (int index in sites.Indices)
        {
            int x = index % width;
            int left = Math.Max(x - radius, 0);
            int right = Math.Min(x + radius, width - 1);
            for (int y = Math.Max((index / width) - radius, 0); y <= Math.Min((index / width) + radius, height - 1); y++)
            {
                selected.AsSpan((y * width) + left, right - left + 1).Fill(true);
            }
        }

        return [.. Enumerable.Range(0, selected.Length).Where(i => selected[i])];
    }

    private static int[] Prune(SiteSet sites, int height, int width, int least)
    {
        bool[] selected = new bool[height * width];
        foreach (int index in sites.Indices)
        {
            selected[index] = true;
        }

        return [.. sites.Indices.Where(index =>
        {
            int neighbors = -1;
            for (int y = Math.Max((index / width) - 1, 0); y <= Math.Min((index / width) + 1, height - 1); y++)
            {
                for (int x = Math.Max((index % width) - 1, 0); x <= Math.Min((index % width) + 1, width - 1); x++)
                {
                    neighbors += selected[(y * width) + x] ? 1 : 0;
                }
            }

            return neighbors >= least;
        })];
    }

    /// <summary>Changes the sites of another selector.</summary>
    private sealed class ReshapedSelector(IPixelSelector inner, string text, Func<SiteSet, int, int, int[]> reshape) : IPixelSelector
    {
        public PixelSelection Select(LogitMap logits, int height, int width, Workers workers)
        {
            PixelSelection selection = inner.Select(logits, height, width, workers);
            return new PixelSelection(new SiteSet(reshape(selection.Sites, height, width), 1, height, width), selection.DenseLabels);
        }

        public string Describe() => text;
    }
}

/// <summary>Pixels of a photo and the sparse network's answer for them.</summary>
/// <param name="Selected">The pixels, of the whole photo.</param>
/// <param name="Sparse">The network's logits.</param>
/// <param name="Rows">The row of <paramref name="Sparse"/> that each selected pixel has; null where they are in the same order.</param>
internal sealed record RefinedPixels(PixelSelection Selection, SparseLogits Sparse, int[]? Rows)
{
    /// <summary>Rows of the selected pixels from rows of the network's sites.</summary>
    public float[] Spread(float[] values)
    {
        if (Rows is null)
        {
            return values;
        }

        int classes = Sparse.Classes;
        float[] spread = new float[Rows.Length * classes];
        for (int i = 0; i < Rows.Length; i++)
        {
            values.AsSpan(Rows[i] * classes, classes).CopyTo(spread.AsSpan(i * classes));
        }

        return spread;
    }
}
