using Microsoft.ML;
using Microsoft.ML.Runtime;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Sites;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Trains the sparse network alone, on pixels that a column holds.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | MLImage, LogitMap, PixelSelection, and LabelMap to fit |
/// | Output column data type | SparseLogits |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class SparseExtractionEstimator : RowMappingEstimator<SparseExtractionTransformer>
{
    private readonly IHost _host;
    private readonly SparseExtractionOptions _options;

    internal SparseExtractionEstimator(IHostEnvironment environment, SparseExtractionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        options.Training.Validate();
        _host = environment.Register(nameof(SparseExtractionEstimator));
        _options = options;
    }

    private SparseExtractionColumns Columns => new(
        _options.ImageColumnName, _options.LogitsColumnName, _options.SelectionColumnName, _options.OutputColumnName);

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with image, logits, selection and labels; read once, kept in memory meanwhile.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidInputException">Labels of another size than their photo, or an id that is no class.</exception>
    public override SparseExtractionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Promise(InputColumns.Of(input.Schema));
        using IChannel channel = _host.Start("Training");
        TrainingRows rows = TrainingRows.Read(
            input,
            new TrainingColumns(
                _options.ImageColumnName, _options.LogitsColumnName, _options.LabelColumnName, _options.Training.IgnoreIndex),
            null,
            _options.CancellationToken,
            _options.SelectionColumnName);
        RefinerTrainerOptions training = _options.Training;
        int channels = training.Features.Channels(rows.Classes);
        var network = new SparseUNet(
            new SparseUNetOptions(channels, rows.Classes, training.Planes, training.Reps, training.Dropout), training.Seed);
        var workers = new Workers(training.Threads);
        new WindowTrainer(training, channel, _options.CancellationToken).Train(
            rows.Examples.Count,
            photo => rows.Selections[photo].Sites,
            photo => rows.Examples[photo].Labels.Labels,
            network.Parameters,
            (photo, sites, _, tape) =>
            {
                TrainingExample example = rows.Examples[photo];
                float[] features = RefinerFeatures.Extract(
                    example.Image.View,
                    example.Logits,
                    sites,
                    training.Features,
                    SparseRefiner.ProbabilityThreshold,
                    training.Interpolation,
                    workers);
                var pyramid = SitePyramid.Build(sites, training.Planes.Count, workers);
                return network.Forward(
                    new Variable(features, sites.Count, channels, needsGradient: false), pyramid, tape, workers);
            });
        return new SparseExtractionTransformer(
            Columns, training.Features, network, training.Interpolation, training.Threads);
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        return [Columns.Describe(input, null)];
    }
}
