using Microsoft.ML;
using Microsoft.ML.Runtime;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>Scores photos with a dense ONNX segmentation model.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | MLImage, any size |
/// | Output column data type | LogitMap, at the model's own resolution |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet, Microsoft.ML.OnnxRuntime or Microsoft.ML.OnnxRuntime.Gpu |
/// | Exportable to ONNX | No |
/// ]]></format>
/// The model is opened at once, so that a wrong file is an error here. Each fit hands out the same transformer until
/// that is disposed.
/// </remarks>
public sealed partial class DenseSegmentationEstimator : RowMappingEstimator<DenseSegmentationTransformer>
{
    private readonly Options _options;
    private readonly IHostEnvironment _environment;
    private DenseSegmentationTransformer _transformer;

    internal DenseSegmentationEstimator(Options options, IHostEnvironment environment)
    {
        _options = options;
        _environment = environment;
        _transformer = new DenseSegmentationTransformer(options, environment);
    }

    /// <summary>Checks that <paramref name="input"/> has the image column; reads no row.</summary>
    /// <param name="input">Data with the image column.</param>
    /// <returns>The transformer, which owns the ONNX session.</returns>
    /// <exception cref="ArgumentException">The column is missing or no image.</exception>
    public override DenseSegmentationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.DescribeColumns(InputColumns.Of(input.Schema));
        if (_transformer.IsDisposed)
        {
            _transformer = new DenseSegmentationTransformer(_options, _environment);
        }

        return _transformer;
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input) =>
        _transformer.DescribeColumns(input);
}
