using SparseRefine.Ensemblers;

namespace SparseRefine.MLNet;

/// <summary>Merges dense and sparse answers without training.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | LogitMap, PixelSelection, SparseLogits |
/// | Output column data type | LabelMap |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class EnsemblingEstimator : RowMappingEstimator<EnsemblingTransformer>
{
    internal EnsemblingEstimator(Options options)
        : base(new EnsemblingTransformer(options, Create(options.Method)))
    {
    }

    private static Ensembler Create(EnsembleMethod method) => method switch
    {
        EnsembleMethod.Entropy => new EntropyEnsembler(),
        EnsembleMethod.Average => new AverageEnsembler(),
        EnsembleMethod.Replace => new ReplaceEnsembler(),
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };
}
