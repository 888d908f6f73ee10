using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>Decodes photos into an image column, upright and with every error named by its file.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text (a path), or a vector of Byte (the file itself) |
/// | Output column data type | MLImage; with <see cref="PhotoErrors.Flag"/> also Text |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// Unlike <c>mlContext.Transforms.LoadImages</c> it turns a photo as its EXIF orientation asks for, refuses truncated files and such with more
/// pixels than allowed, and is saved in a model file. A photo that it refuses is an <see cref="InvalidInputException"/> when the row is read,
/// or is left out or flagged as <see cref="Options.Errors"/> asks for, so that one broken photo of a hundred does not lose the others.
/// See <see cref="PhotoReader"/>.
/// </remarks>
public sealed partial class PhotoLoadingEstimator : RowMappingEstimator<PhotoLoadingTransformer>
{
    internal PhotoLoadingEstimator(Options options, MLContext context)
        : base(new PhotoLoadingTransformer(options, context))
    {
    }
}
