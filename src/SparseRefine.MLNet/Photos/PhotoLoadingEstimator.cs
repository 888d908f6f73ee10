namespace SparseRefine.MLNet;

/// <summary>Decodes photos into an image column, upright and with every error named by its file.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text (a path), or a vector of Byte (the file itself) |
/// | Output column data type | MLImage |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// Unlike <c>mlContext.Transforms.LoadImages</c> it turns a photo as its EXIF orientation asks for, refuses truncated files and such with more
/// pixels than allowed, and is saved in a model file. A photo that it refuses is an <see cref="InvalidInputException"/> when the row is read.
/// See <see cref="PhotoReader"/>.
/// </remarks>
public sealed class PhotoLoadingEstimator : TrivialRowMappingEstimator<PhotoLoadingTransformer>
{
    internal PhotoLoadingEstimator(Options options)
        : base(new PhotoLoadingTransformer(options))
    {
    }

    /// <summary>How photos are read.</summary>
    public sealed class Options
    {
        /// <summary>The image column to add.</summary>
        public string OutputColumnName
        {
            get;
            init
            {
                ArgumentException.ThrowIfNullOrEmpty(value);
                field = value;
            }
        } = "Image";

        /// <summary>The text column of paths, or the column of files' bytes; null: the same name as <see cref="OutputColumnName"/>.</summary>
        public string? InputColumnName { get; init; }

        /// <summary>Folder that relative paths start from; null or empty: the current one.</summary>
        public string? Folder { get; init; }

        /// <summary>Larger photos are refused before memory is taken for them; at least 1.</summary>
        public long MaxPixels
        {
            get;
            init
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
                field = value;
            }
        } = PhotoProbe.DefaultMaxPixels;

        internal string Input => InputColumnName ?? OutputColumnName;
    }
}
