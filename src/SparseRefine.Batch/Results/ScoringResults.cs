using System.Text.Json.Serialization;
using SparseRefine.MLNet;

namespace SparseRefine.Batch;

/// <summary>The files that a job writes for each photo, NAME being the photo's id without its extension. Immutable; a value out of range is an error where it is set.</summary>
public sealed record ScoringResults
{
    /// <summary>
    /// Bits a pixel of NAME.png: 8, palette indices with the classes' colors, or 16, grey values for programs that expect such labels. The numbers are the same.
    /// </summary>
    /// <exception cref="ArgumentException">Neither.</exception>
    public int IndexBits { get; init => field = Checked.That(value, value is 8 or 16, "8 or 16"); } = 8;

    /// <summary>Whether to write NAME.overlay.png, the photo blended with the classes' colors.</summary>
    public bool Overlay { get; init; }

    /// <summary>Whether overlays, and whoever draws the job's photos, paint class 0 even where its name is background; see <see cref="PaintOptions.PaintBackground"/>.</summary>
    public bool OverlayBackground { get; init; }

    /// <summary>Whether to write NAME.entropy.png: 8-bit grey, the dense model's entropy as 255 e / ln C.</summary>
    public bool Entropy { get; init; }

    /// <summary>Whether to write NAME.mask.png: 8-bit grey, 255 where the pixel was refined, else 0.</summary>
    public bool Mask { get; init; }

    /// <summary>How answers are laid over photos.</summary>
    [JsonIgnore]
    public PaintOptions Painting => new() { PaintBackground = OverlayBackground };

    /// <summary>The files of a photo, relative to the output folder, the index PNG first.</summary>
    internal IEnumerable<string> Names(string id)
    {
        string stem = PhotoNames.Stem(id);
        yield return $"{stem}.png";
        if (Overlay)
        {
            yield return $"{stem}.overlay.png";
        }

        if (Entropy)
        {
            yield return $"{stem}.entropy.png";
        }

        if (Mask)
        {
            yield return $"{stem}.mask.png";
        }
    }
}
