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
    /// <param name="input">Rows with logits, selection, sparse logits and labels; read once, kept in memory meanwhile.</param>
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
        (IReadOnlyList<GateExample> rows, IReadOnlyList<string> keys) = Read(input, _options.SamplingKeyColumnName);
        (IReadOnlyList<GateExample> training, IReadOnlyList<GateExample> validation) = _options.ValidationSet is IDataView set
            ? (rows, Read(set, null).Rows)
            : HeldOutRows.Split(rows, keys, _options.ValidationFraction);
        var gate = new GatedEnsembler(new GatedEnsemblerOptions(rows[0].Logits.Classes, gateForm: _options.Gate), _options.Seed);
        if (_options.WarmStart is { Ensembler: var start })
        {
            gate.CopyFrom(start as GatedEnsembler
                ?? throw new ArgumentException($"WarmStart: expected a gated ensembling, got {start.GetType().Name}"));
        }

        session.Start(training.Count, validation.Count);
        session.End(new GateTrainer(_options).Fit(gate, training, validation, session.Run));
        return new EnsemblingTransformer(_options.Ensembling, gate);
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        return [EnsemblingTransformer.OutputOf(_options.Ensembling, input)];
    }

    private (IReadOnlyList<GateExample> Rows, IReadOnlyList<string> Keys) Read(IDataView data, string? keyColumn)
    {
        Promise(InputColumns.Of(data.Schema));
        DataViewSchema schema = data.Schema;
        DataViewSchema.Column? key = RowKeys.Column(schema, keyColumn);
        DataViewSchema.Column[] columns =
        [
            schema[_options.LogitsColumnName],
            schema[_options.SelectedColumnName],
            schema[_options.SparseLogitsColumnName],
            schema[_options.LabelColumnName],
        ];
        List<GateExample> rows = [];
        List<string> keys = [];
        using DataViewRowCursor cursor = data.GetRowCursor(key is DataViewSchema.Column used ? [.. columns, used] : columns);
        ValueGetter<LogitMap> readLogits = cursor.GetGetter<LogitMap>(columns[0]);
        ValueGetter<PixelSelection> readSelection = cursor.GetGetter<PixelSelection>(columns[1]);
        ValueGetter<SparseLogits> readSparse = cursor.GetGetter<SparseLogits>(columns[2]);
        ValueGetter<LabelMap> readLabels = cursor.GetGetter<LabelMap>(columns[3]);
        Func<string> readKey = RowKeys.Reader(cursor, key);
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            LogitMap logits = null!;
            PixelSelection selection = null!;
            SparseLogits sparse = null!;
            LabelMap labels = null!;
            readLogits(ref logits);
            readSelection(ref selection);
            readSparse(ref sparse);
            readLabels(ref labels);
            string name = $"row {cursor.Position}";
            Rows.Present(logits, columns[0].Name);
            Rows.Present(selection, columns[1].Name);
            Rows.Present(sparse, columns[2].Name);
            Rows.Present(labels, columns[3].Name);
            if (labels.Height != sparse.Sites.Height || labels.Width != sparse.Sites.Width)
            {
                throw new InvalidInputException(
                    name, $"a label map of {sparse.Sites.Height}x{sparse.Sites.Width}", $"{labels.Height}x{labels.Width}");
            }

            int classes = rows.Count == 0 ? logits.Classes : rows[0].Logits.Classes;
            if (logits.Classes != classes)
            {
                throw new InvalidInputException(name, $"logits of {classes} classes", $"{logits.Classes}");
            }

            Rows.ThrowUnlessClasses(labels, classes, _options.IgnoreIndex, name);
            rows.Add(new GateExample(name, logits, selection, sparse, labels));
            keys.Add(readKey());
        }

        return rows.Count == 0 ? throw new ArgumentException("data: expected at least one row, got none") : (rows, keys);
    }
}
