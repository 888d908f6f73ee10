using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace SparseRefine.MLNet;

/// <summary>Reads label maps from files, PNG or TIFF.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | With two classes and no mapping: to know masks of 0 and 255 |
/// | Input column data type | Text |
/// | Output column data type | LabelMap |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// With two classes and no mapping <see cref="Fit"/> reads files until one has another number than 0 and 255; where none has, 255 is class 1, and the
/// context's log says so. <see cref="LabelReading"/> tells how a file's numbers and colors become classes. What the row's file lacks is an
/// <see cref="InvalidInputException"/> when the row is read.
/// </remarks>
public sealed partial class LabelMapLoadingEstimator : RowMappingEstimator<LabelMapLoadingTransformer>
{
    private readonly Options _options;
    private readonly MLContext _context;

    internal LabelMapLoadingEstimator(Options options, MLContext context)
        : base(new LabelMapLoadingTransformer(options)) => (_options, _context) = (options, context);

    /// <summary>Fits to data: checks that the column is there, and looks for masks where the classes are two.</summary>
    /// <param name="input">Data with the column of paths.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">The column is missing or of another type than needed.</exception>
    /// <exception cref="InvalidInputException">A bad file, where the classes are two.</exception>
    public override LabelMapLoadingTransformer Fit(IDataView input)
    {
        LabelMapLoadingTransformer own = base.Fit(input);
        if (_options.Mapping is not null || (_options.Classes ?? _options.ClassList?.Count) != 2 || !own.AreMasks(input))
        {
            return own;
        }

        using IChannel channel = ((IHostEnvironment)_context).Start("Labels");
        channel.Warning(
            MessageSensitivity.None, "column '{0}': masks of 0 and 255 with two classes: 255 is read as class 1 (the mapping 255:255 ignores it)", own.PathColumn);
        return new LabelMapLoadingTransformer(_options with { Mapping = LabelMapping.Parse("255:1") });
    }
}
