using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>Trains the gate alone, on sparse logits that a column holds.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator characteristics
/// | | |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | LogitMap, PixelSelection, SparseLogits, and LabelMap to fit |
/// | Output column data type | LabelMap |
/// | Required NuGet in addition to Microsoft.ML | SparseRefine.MLNet |
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed partial class GatedEnsemblingTrainer : RowMappingEstimator<EnsemblingTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;

    internal GatedEnsemblingTrainer(IHostEnvironment environment, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _host = environment.Register(nameof(GatedEnsemblingTrainer));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with logits, selection, sparse logits and labels; kept in memory meanwhile as far as the cache reaches.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, there are no rows, or a warm start of another shape.</exception>
    /// <exception cref="InvalidInputException">
    /// Labels of another size than the selection, an id that is no class, or a checkpoint that is damaged or of another training.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled with nothing to keep: see <see cref="RefinementTrainerOptions.KeepBestOnCancel"/>.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient that is not finite before the first epoch was finished.</exception>
    public override EnsemblingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var session = new TrainingSession(_host, _options);
        string[] columns = [_options.LogitsColumnName, _options.SelectedColumnName, _options.SparseLogitsColumnName, _options.LabelColumnName];
        int? classes = null;
        using var sets = new TrainingSets<GateExample>(
            input, _options, schema => Promise(schema), columns, cursor => Bind(cursor, columns, found => classes ??= found));
        var gate = new GatedEnsembler(new GatedEnsemblerOptions(classes!.Value, gateForm: _options.Gate), _options.Seed);
        if (_options.WarmStart is { Ensembler: var start })
        {
            gate.CopyFrom(start as GatedEnsembler
                ?? throw new ArgumentException($"WarmStart: expected a gated ensembling, got {start.GetType().Name}"));
        }

        session.Start(sets.Training.Count, sets.Validation.Count);
        session.End(new GateTrainer(_options).Fit(gate, sets.Training, sets.Validation, session.Run));
        return new EnsemblingTransformer(_options.Ensembling, gate);
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        return [EnsemblingTransformer.OutputOf(_options.Ensembling, input)];
    }

    // Makes examples of the cursor's rows; the first one's number of classes is that of all.
    private Func<GateExample> Bind(DataViewRowCursor cursor, string[] columns, Func<int, int> classesOf)
    {
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(cursor.Schema[columns[0]]);
        ValueGetter<PixelSelection> readSelection = cursor.GetGetter<PixelSelection>(cursor.Schema[columns[1]]);
        ValueGetter<SparseLogits> readSparse = cursor.GetGetter<SparseLogits>(cursor.Schema[columns[2]]);
        ValueGetter<LabelMap> readLabels = cursor.GetGetter<LabelMap>(cursor.Schema[columns[3]]);
        return () =>
        {
            LogitMap logits = null!;
            PixelSelection selection = null!;
            SparseLogits sparse = null!;
            LabelMap labels = null!;
            readLogits(ref logits);
            readSelection(ref selection);
            readSparse(ref sparse);
            readLabels(ref labels);
            string name = $"row {cursor.Position}";
            Rows.Present(logits, columns[0]);
            Rows.Present(selection, columns[1]);
            Rows.Present(sparse, columns[2]);
            Rows.Present(labels, columns[3]);
            if (labels.Height != sparse.Sites.Height || labels.Width != sparse.Sites.Width)
            {
                throw new InvalidInputException(
                    name, $"a label map of {sparse.Sites.Height}x{sparse.Sites.Width}", $"{labels.Height}x{labels.Width}");
            }

            int classes = classesOf(logits.Classes);
            if (logits.Classes != classes)
            {
                throw new InvalidInputException(name, $"logits of {classes} classes", $"{logits.Classes}");
            }

            Rows.ThrowUnlessClasses(labels, classes, _options.IgnoreIndex, name);
            return new GateExample(name, logits, selection, sparse, labels);
        };
    }
}
