namespace SparseRefine.MLNet;

/// <summary>Copies label maps into plain vectors.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | LabelMap |
/// | Output column data type | Vector of Byte, row-major; of known size where the label maps' size is known |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class LabelMapToVectorEstimator : RowMappingEstimator<LabelMapToVectorTransformer>
{
    internal LabelMapToVectorEstimator(Options options)
        : base(new LabelMapToVectorTransformer(options.OutputColumnName, options.InputColumnName ?? options.OutputColumnName))
    {
    }
}
