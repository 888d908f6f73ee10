using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.Batch;

/// <summary>
/// Runs a pipeline on one photo after the other, and asks for the stages' columns in their order: each getter computes its own stage only, so the time of each is that
/// stage's. Its own row over the one model. One thread at a time.
/// </summary>
internal sealed class PhotoScorer : IDisposable
{
    private readonly PhotoRow _input;
    private readonly DataViewRow _output;
    private readonly ValueGetter<LogitMap>? _logits;
    private readonly ValueGetter<PixelSelection>? _selection;
    private readonly ValueGetter<SparseLogits>? _sparse;
    private readonly ValueGetter<LabelMap> _labels;

    public PhotoScorer(IRowToRowMapper mapper, ScoringColumns columns)
    {
        _input = new PhotoRow(mapper.InputSchema);
        DataViewSchema schema = mapper.OutputSchema;
        _output = mapper.GetRow(_input, columns.Names.Select(name => schema[name]).ToArray());
        _logits = Getter<LogitMap>(columns.Logits);
        _selection = Getter<PixelSelection>(columns.Selection);
        _sparse = Getter<SparseLogits>(columns.SparseLogits);
        _labels = Getter<LabelMap>(columns.Labels)!;
    }

    /// <summary>Scores a photo.</summary>
    /// <param name="photo">The photo; its image becomes the result's.</param>
    /// <returns>The answers.</returns>
    /// <exception cref="ImageFailedException">The model cannot take it.</exception>
    public ScoredWork Score(DecodedPhoto photo)
    {
        StageClock clock = photo.Clock;
        string path = clock.Item.Path;
        try
        {
            _input.Set(photo.Image, path);
            LogitMap? logits = Read(clock, Stage.Dense, _logits);
            PixelSelection? selection = Read(clock, Stage.Select, _selection);
            _ = Read(clock, Stage.Extract, _sparse);
            LabelMap labels = Read(clock, _selection is null ? Stage.Dense : Stage.Ensemble, _labels)!;
            return new ScoredWork(clock, photo.Image, logits, selection, labels);
        }
        catch (Exception e)
        {
            throw ImageFailedException.Of(path, FailureReason.Refused, e);
        }
    }

    public void Dispose() => _output.Dispose();

    private static T? Read<T>(StageClock clock, Stage stage, ValueGetter<T>? getter)
        where T : class => getter is null ? null : clock.Run(stage, () =>
        {
            T value = null!;
            getter(ref value);
            return value;
        });

    private ValueGetter<T>? Getter<T>(string? column) => column is null ? null : _output.GetGetter<T>(_output.Schema[column]);
}
