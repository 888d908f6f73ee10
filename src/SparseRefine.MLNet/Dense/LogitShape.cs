namespace SparseRefine.MLNet;

/// <summary>What is known of a logit map's three sizes.</summary>
internal readonly record struct LogitShape(int? Classes, int? Height, int? Width)
{
    /// <summary>This shape, completed by another.</summary>
    public LogitShape Or(LogitShape other) => new(Classes ?? other.Classes, Height ?? other.Height, Width ?? other.Width);

    public bool Contradicts(LogitShape other) =>
        Differ(Classes, other.Classes) || Differ(Height, other.Height) || Differ(Width, other.Width);

    /// <summary>Whether vectors of a length can have this shape.</summary>
    public bool Fits(int length) =>
        length % ((long)(Classes ?? 1) * (Height ?? 1) * (Width ?? 1)) == 0 && (HasGap || Complete(length) is not null);

    /// <summary>All three sizes for a vector of a length; null where they do not follow or do not fit.</summary>
    public (int Classes, int Height, int Width)? Complete(int length)
    {
        long product = (long)(Classes ?? 1) * (Height ?? 1) * (Width ?? 1);
        if (HasGap || length % product != 0)
        {
            return null;
        }

        int rest = (int)(length / product);
        (int classes, int height, int width) = (Classes ?? rest, Height ?? rest, Width ?? rest);
        return (long)classes * height * width == length && classes is >= 2 and <= 255 ? (classes, height, width) : null;
    }

    /// <inheritdoc/>
    public override string ToString() => ColumnShape.Text(Classes, Height, Width);

    /// <summary>Whether two or more sizes are unknown.</summary>
    private bool HasGap => (Classes is null ? 1 : 0) + (Height is null ? 1 : 0) + (Width is null ? 1 : 0) > 1;

    private static bool Differ(int? a, int? b) => a is not null && b is not null && a != b;
}
