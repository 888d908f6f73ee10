namespace SparseRefine.MLNet;

/// <summary>Counts the share of a photo that each class takes, as features for ML.NET's trainers: a photo becomes a row of numbers.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | LabelMap |
/// | Output column data type | Vector of Single of as many values as classes, 0 to 1; the class names are its slot names |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// Pixels of <see cref="SparseRefine.Images.LabelMap.DefaultIgnoreIndex"/> count in no class, and as pixels.
/// </remarks>
public sealed partial class LabelMapToSharesEstimator : RowMappingEstimator<LabelMapToSharesTransformer>
{
    internal LabelMapToSharesEstimator(Options options)
        : base(new LabelMapToSharesTransformer(options))
    {
    }
}
