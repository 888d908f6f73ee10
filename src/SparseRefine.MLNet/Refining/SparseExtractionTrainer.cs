using Microsoft.ML;
using Microsoft.ML.Runtime;
using SparseRefine.Networks;
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
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class SparseExtractionTrainer : RowMappingEstimator<SparseExtractionTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal SparseExtractionTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = environment.Register(nameof(SparseExtractionTrainer));
        _options = options;
    }

    private SparseExtractionColumns Columns => new(
        _options.ImageColumnName, _options.LogitsColumnName, _options.SelectedColumnName, _options.OutputColumnName);

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with image, logits, selection and labels; kept in memory meanwhile as far as the cache reaches.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, there are no rows, or a warm start of another shape.</exception>
    /// <exception cref="InvalidInputException">
    /// Labels of another size than their photo, an id that is no class, or a checkpoint that is damaged or of another training.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep: see <see cref="RefinementTrainerOptions.KeepBestOnCancel"/>.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient that is not finite before the first epoch was finished.</exception>
    public override SparseExtractionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var session = new TrainingSession(_host, _options);
        var examples = new TrainingExamples(TrainingColumns.Of(_options), null);
        using var sets = new TrainingSets<SelectedExample>(input, _options, columns => Promise(columns), examples.Columns, examples.BindSelected);
        int features = sets.Training.Count == 0 ? 0 : sets.Training[0].Example.Logits.Features?.Channels ?? 0;
        var network = new SparseUNet(_options.NetworkFor(examples.Classes, features), _options.Seed);
        if (_options.WarmStart is not null)
        {
            network.CopyFrom(_options.WarmStart.Network);
        }

        session.Start(sets.Training.Count, sets.Validation.Count);
        session.End(new ExtractorTrainer(_options).Fit(network, sets.Training, sets.Validation, session.Run));
        return new SparseExtractionTransformer(Columns, _options.Features, network, _options.Interpolation, _options.Threads);
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        return [Columns.Describe(input, null)];
    }
}
