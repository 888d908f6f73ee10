using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <content>The options.</content>
public sealed partial class LabelMapLoadingEstimator
{
    /// <summary>How label maps are read from PNG files. Immutable; a value out of range is an error where it is set.</summary>
    public sealed record Options
    {
        /// <summary>The column to add, of <see cref="LabelMap"/>.</summary>
        public string OutputColumnName { get; init => field = Checked.Name(value); } = "Label";

        /// <summary>The text column with the files' paths; null: the same name as <see cref="OutputColumnName"/>.</summary>
        public string? PathColumnName { get; init; }

        /// <summary>Folder that relative paths start from; null or empty: the current one.</summary>
        public string? Folder { get; init; }

        /// <summary>Number of classes, 2 to 255, that ids must stay below; null: as many as <see cref="ClassList"/> has, without one any id passes.</summary>
        public int? Classes { get; init => field = Checked.That(value, value is null or (>= 2 and <= 255), "2 to 255"); }

        /// <summary>Names and colors of the classes, which the column's annotations then tell; null: unknown.</summary>
        public ClassList? ClassList { get; init; }

        /// <summary>What stored numbers and colors mean, as <see cref="LabelReading"/> tells; null: a number is its class.</summary>
        public LabelMapping? Mapping { get; init; }

        /// <summary>The id that means "not labelled" and always passes.</summary>
        public byte IgnoreIndex { get; init; } = LabelMap.DefaultIgnoreIndex;

        /// <summary>Whether a row whose path is empty has no label map, as photos have none that a teacher is there for; else it is an error.</summary>
        public bool AllowMissing { get; init; }
    }
}
