namespace SparseRefine.MLNet;

/// <summary>Paints label maps as images, alone or over their photos.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | LabelMap, and MLImage of the same size for an overlay |
/// | Output column data type | MLImage (Bgra32) |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class LabelMapToImageEstimator : RowMappingEstimator<LabelMapToImageTransformer>
{
    internal LabelMapToImageEstimator(Options options)
        : base(new LabelMapToImageTransformer(options))
    {
    }
}
