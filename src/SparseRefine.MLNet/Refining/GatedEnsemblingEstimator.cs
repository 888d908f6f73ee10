using Microsoft.ML;
using Microsoft.ML.Runtime;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
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
/// | Exportable to ONNX | No |
/// ]]></format>
/// </remarks>
public sealed class GatedEnsemblingEstimator : RowMappingEstimator<EnsemblingTransformer>
{
    private readonly IHost _host;
    private readonly GatedEnsemblingOptions _options;

    internal GatedEnsemblingEstimator(IHostEnvironment environment, GatedEnsemblingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Training.Validate();
        _host = environment.Register(nameof(GatedEnsemblingEstimator));
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">Rows with logits, selection, sparse logits and labels; read once, kept in memory meanwhile.</param>
    /// <returns>The transformer.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are no rows.</exception>
    /// <exception cref="InvalidInputException">Labels of another size than the selection, or an id that is no class.</exception>
    public override EnsemblingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Promise(InputColumns.Of(input.Schema));
        using IChannel channel = _host.Start("Training");
        List<(LogitMap Logits, SparseLogits Sparse, LabelMap Labels)> rows = Read(input);
        int classes = rows[0].Logits.Classes;
        var gate = new GatedEnsembler(new GatedEnsemblerOptions(classes, gateForm: _options.Gate), _options.Training.Seed);
        var workers = new Workers(_options.Training.Threads);
        new WindowTrainer(_options.Training, channel, _options.CancellationToken).Train(
            rows.Count,
            photo => rows[photo].Sparse.Sites,
            photo => rows[photo].Labels.Labels,
            gate.Parameters,
            (photo, sites, picked, tape) =>
            {
                float[] dense = new float[sites.Count * classes];
                new LogitSampler(rows[photo].Logits, sites.Height, sites.Width, _options.Interpolation)
                    .Gather(sites, dense, workers);
                float[] sparse = new float[dense.Length];
                for (int i = 0; i < picked.Length; i++)
                {
                    rows[photo].Sparse.Values.AsSpan(picked[i] * classes, classes).CopyTo(sparse.AsSpan(i * classes));
                }

                return gate.Forward(
                    new Variable(dense, sites.Count, classes, needsGradient: false),
                    new Variable(sparse, sites.Count, classes, needsGradient: false),
                    tape,
                    workers);
            });
        return new EnsemblingTransformer(_options, gate);
    }

    private protected override IReadOnlyList<MappedColumn> Promise(InputColumns input)
    {
        input.RequireLabels(_options.LabelColumnName);
        return [EnsemblingTransformer.OutputOf(_options, input)];
    }

    private List<(LogitMap Logits, SparseLogits Sparse, LabelMap Labels)> Read(IDataView data)
    {
        List<(LogitMap, SparseLogits, LabelMap)> rows = [];
        string[] names = [_options.LogitsColumnName, _options.SparseLogitsColumnName, _options.LabelColumnName];
        using DataViewRowCursor cursor = data.GetRowCursor(names.Select(name => data.Schema[name]));
        var logits = cursor.GetGetter<LogitMap>(data.Schema[names[0]]);
        var sparse = cursor.GetGetter<SparseLogits>(data.Schema[names[1]]);
        var labels = cursor.GetGetter<LabelMap>(data.Schema[names[2]]);
        while (cursor.MoveNext())
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            (LogitMap Logits, SparseLogits Sparse, LabelMap Labels) row = (null!, null!, null!);
            logits(ref row.Logits);
            sparse(ref row.Sparse);
            labels(ref row.Labels);
            string name = $"row {cursor.Position}";
            Rows.Present(row.Logits, names[0]);
            Rows.Present(row.Sparse, names[1]);
            Rows.Present(row.Labels, names[2]);
            if (row.Labels.Height != row.Sparse.Sites.Height || row.Labels.Width != row.Sparse.Sites.Width)
            {
                throw new InvalidInputException(
                    $"{name}: expected a label map of {row.Sparse.Sites.Height}x{row.Sparse.Sites.Width}, "
                    + $"got {row.Labels.Height}x{row.Labels.Width}");
            }

            LabelChecks.ThrowUnlessClasses(row.Labels, row.Logits.Classes, _options.Training.IgnoreIndex, name);
            rows.Add(row);
        }

        return rows.Count == 0 ? throw new ArgumentException("data: expected at least one row, got none") : rows;
    }
}
