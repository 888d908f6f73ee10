namespace SparseRefine.MLNet;

/// <summary>Turns score vectors, such as an output column of ApplyOnnxModel, into logit maps.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Vector of Single, [classes, height, width] or [height, width, classes], leading ones allowed |
/// | Output column data type | LogitMap |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// Three sizes are needed: the options' go first, then the column's own dimensions, and a single missing one follows from the vector's
/// length. Sizes that contradict each other are an error: of the schema where it tells, of the row where only the row does.
/// </remarks>
public sealed partial class VectorToLogitsEstimator : RowMappingEstimator<VectorToLogitsTransformer>
{
    internal VectorToLogitsEstimator(Options options)
        : base(new VectorToLogitsTransformer(options))
    {
    }
}
