using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Onnx;
using SparseRefine.Onnx.Export;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Trains a dense segmentation network with a feature refinement module (arXiv 2412.08670), from nothing or from a backbone that knows ImageNet.</summary>
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
/// Photos (3 bytes a pixel) and labels (1 byte) stay in memory at the network's size while training, as far as <see cref="TrainerOptions.CacheBytes"/>
/// reaches; the rows beyond are read again. The fitted
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
        Action<IBackbone>? fillBackbone = null;
        if (_options.Backbone == BackboneKind.ResNet18)
        {
            string file = _options.BackboneFile ?? ResNet18File.Find();
            fillBackbone = backbone => ResNet18File.Fill(file, (ResNetBackbone)backbone);
        }

        using var session = new TrainingSession(_host, _options);
        using var sets = new TrainingSets<LabelledImage>(input, _options, Check, [_options.ImageColumnName, _options.LabelColumnName], Bind);
        session.Start(sets.Training.Count, sets.Validation.Count);
        DenseFit fit = new DenseTrainer(_options).Fit(
            sets.Training, sets.Validation, _options.ClassCount, session.Run, _options.WarmStartWorkspacePath, fillBackbone);
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
            _options.ClassList,
            () => throw new NotSupportedException());
    }

    private void Check(InputColumns columns)
    {
        columns.RequireImage(_options.ImageColumnName);
        columns.RequireLabels(_options.LabelColumnName);
    }

    // Makes photos of the cursor's rows, at the network's size.
    private Func<LabelledImage> Bind(DataViewRowCursor cursor)
    {
        SharedImage photos = SharedImage.Of(cursor, cursor.Schema[_options.ImageColumnName]);
        ValueGetter<LabelMap> readLabels = cursor.GetGetter<LabelMap>(cursor.Schema[_options.LabelColumnName]);
        return () =>
        {
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
            return DenseTrainer.Prepare(name, Images.View(photo, _options.ImageColumnName), labels, _options.Height, _options.Width);
        };
    }
}
