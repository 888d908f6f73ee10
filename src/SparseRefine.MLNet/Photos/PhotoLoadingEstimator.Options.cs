namespace SparseRefine.MLNet;

/// <content>Its options.</content>
public sealed partial class PhotoLoadingEstimator
{
    /// <summary>How photos are read. Immutable; a value out of range is an error where it is set.</summary>
    public sealed record Options
    {
        /// <summary>The image column to add.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "Image";

        /// <summary>The text column of paths, or the column of files' bytes; null: the same name as <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; init; }

        /// <summary>A text column that names the photo in errors, beside a column of files' bytes, as a path or a key does; null: they name the row.</summary>
        public string? NameColumnName { get; init => field = value is null ? null : Checked.Name(value); }

        /// <summary>Folder that relative paths start from; null or empty: the current one.</summary>
        public string? Folder { get; init; }

        /// <summary>Larger photos are refused before memory is taken for them; at least 1.</summary>
        /// <exception cref="ArgumentException">A value below 1.</exception>
        public long MaxPixels { get; init => field = Checked.That(value, value >= 1, "1 or more"); } = PhotoProbe.DefaultMaxPixels;

        /// <summary>What becomes of a row whose photo cannot be read.</summary>
        public PhotoErrors Errors { get; init => field = Checked.That(value, Enum.IsDefined(value), "Throw, Skip or Flag"); }

        /// <summary>The text column to add with <see cref="PhotoErrors.Flag"/>: what is wrong with the photo, empty where nothing is.</summary>
        public string ErrorColumnName { get; init => field = Checked.Name(value); } = "PhotoError";

        internal string Input => InputColumnName ?? OutputColumnName;
    }
}
