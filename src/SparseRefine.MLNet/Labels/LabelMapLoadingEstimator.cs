namespace SparseRefine.MLNet;

/// <summary>Reads label maps from index PNGs.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Text |
/// | Output column data type | LabelMap |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// <see cref="LabelReading"/> tells how a PNG's numbers and colors become classes. What the row's file lacks is an
/// <see cref="InvalidInputException"/> when the row is read.
/// </remarks>
public sealed partial class LabelMapLoadingEstimator : RowMappingEstimator<LabelMapLoadingTransformer>
{
    internal LabelMapLoadingEstimator(Options options)
        : base(new LabelMapLoadingTransformer(options))
    {
    }
}
