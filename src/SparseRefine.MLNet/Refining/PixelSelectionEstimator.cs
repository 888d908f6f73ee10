namespace SparseRefine.MLNet;

/// <summary>Finds the pixels that a dense model is unsure of.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | LogitMap, and MLImage for the size |
/// | Output column data type | PixelSelection |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class PixelSelectionEstimator : RowMappingEstimator<PixelSelectionTransformer>
{
    internal PixelSelectionEstimator(Options options)
        : base(new PixelSelectionTransformer(options))
    {
    }
}
