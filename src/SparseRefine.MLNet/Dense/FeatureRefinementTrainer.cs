using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SparseRefine.Images;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Export;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Trains a light-weight dense segmentation network with a feature refinement module (arXiv 2412.08670) from nothing.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | MLImage, and LabelMap to fit |
/// | Output column data type | LogitMap; LabelMap as a further column |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet, Microsoft.ML.OnnxRuntime or Microsoft.ML.OnnxRuntime.Gpu |
/// | Exportable to ONNX | Yes: the transformer's model is an ONNX file |
/// ]]></format>
/// The rows are read once; photos (3 bytes a pixel) and labels (1 byte) stay in memory at the network's size while training. The fitted
/// transformer is that of any dense ONNX model, so it is saved, loaded and refined as such.
/// </remarks>
public sealed partial class FeatureRefinementTrainer : RowMappingEstimator<DenseSegmentationTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal FeatureRefinementTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = environment.Register(nameof(FeatureRefinementTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with image and labels.</param>
    /// <returns>The best epoch's network as an ONNX model, whose session the transformer owns.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidInputException">
    /// Labels of another size than their photo, an id that is no class, or a checkpoint that is damaged or of another training.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep: see <see cref="RefinementTrainerOptions.KeepBestOnCancel"/>.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient that is not finite before the first epoch was finished.</exception>
    public override DenseSegmentationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var session = new TrainingSession(_host, _options);
        (List<TrainingExample> rows, List<string> keys) = Read(input, _options.SamplingKeyColumnName);
        (IReadOnlyList<TrainingExample> training, IReadOnlyList<TrainingExample> validation) = _options.ValidationSet is IDataView set
            ? (rows, Read(set, null).Rows)
            : HeldOutRows.Split(rows, keys, _options.ValidationFraction);
        session.Start(training.Count, validation.Count);
        DenseFit fit = new DenseTrainer(_options).Fit(
            new TrainingList(training), new TrainingList(validation), _options.ClassCount, session.Run, _options.WarmStartWorkspacePath);
        session.End(fit.History);
        _options.EndCallback?.Invoke(fit.History);
        return new DenseSegmentationTransformer(
            new()
            {
                OutputColumnName = _options.OutputColumnName,
                PredictedLabelColumnName = _options.PredictedLabelColumnName,
                ImageColumnName = _options.ImageColumnName,
                ModelBytes = FeatureRefinementExport.ToOnnx(fit.Network),
                ClassList = _options.ClassList,
                Scale = null,
                Height = _options.Height,
                Width = _options.Width,
                IntraOpNumThreads = _options.Threads,
            },
            _host);
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        return DenseSegmentationTransformer.Describe(
            input,
            _options.ImageColumnName,
            _options.OutputColumnName,
            _options.PredictedLabelColumnName,
            _options.ClassCount,
            _options.ClassList);
    }

    private (List<TrainingExample> Rows, List<string> Keys) Read(IDataView data, string? keyColumn)
    {
        InputColumns columns = InputColumns.Of(data.Schema);
        columns.RequireImage(_options.ImageColumnName);
        columns.RequireLabels(_options.LabelColumnName);
        DataViewSchema.Column image = data.Schema[_options.ImageColumnName];
        DataViewSchema.Column label = data.Schema[_options.LabelColumnName];
        DataViewSchema.Column? key = RowKeys.Column(data.Schema, keyColumn);
        List<TrainingExample> examples = [];
        List<string> keys = [];
        using DataViewRowCursor cursor = data.GetRowCursor(key is DataViewSchema.Column named ? [image, label, named] : [image, label]);
        SharedImage photos = SharedImage.Of(cursor, image);
        ValueGetter<LabelMap> readLabels = cursor.GetGetter<LabelMap>(label);
        Func<string> readKey = RowKeys.Reader(cursor, key);
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            LabelMap labels = null!;
            readLabels(ref labels);
            MLImage photo = Images.Present(photos.Value, _options.ImageColumnName);
            string name = Images.Name(photo, $"row {cursor.Position}");
            Rows.Present(labels, _options.LabelColumnName);
            if (labels.Height != photo.Height || labels.Width != photo.Width)
            {
                throw new InvalidInputException(
                    name, $"a label map of {photo.Height}x{photo.Width}", $"{labels.Height}x{labels.Width}");
            }

            Rows.ThrowUnlessClasses(labels, _options.ClassCount, _options.IgnoreIndex, name);
            examples.Add(DenseTrainer.Prepare(
                name, Images.View(photo, _options.ImageColumnName), labels, _options.ClassCount, _options.Height, _options.Width));
            keys.Add(readKey());
        }

        return examples.Count == 0
            ? throw new ArgumentException("data: expected at least one row, got none")
            : (examples, keys);
    }
}
