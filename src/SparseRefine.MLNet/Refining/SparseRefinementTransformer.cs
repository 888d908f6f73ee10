using Microsoft.ML;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// Selector, sparse network and ensembler in one: image and logits in, <see cref="LabelMap"/> out; the selected pixels and
/// the sparse logits as further columns. A row runs <see cref="SparseRefiner.Refine(ImageView, LogitMap, RefinementParts, Workers)"/> once and asks it for what the
/// columns that somebody reads need; where nobody reads labels or sparse logits only the selector runs. Holds no native memory.
/// </summary>
/// <remarks>
/// A <see cref="TimeBudgetSelector"/> without a cost is calibrated on the first photo that any row brings, and then kept. It is saved without
/// that cost, so that a loaded model calibrates itself on its own machine. Give a cost where runs must repeat exactly.
/// </remarks>
public sealed class SparseRefinementTransformer : RowMappingTransformer
{
    internal const string Kind = "sparse-refinement";
    private readonly SparseRefinementColumns _columns;
    private readonly Workers _workers;
    private readonly Lock _calibrating = new();
    private volatile SparseRefiner? _calibrated;

    internal SparseRefinementTransformer(
        SparseRefinementColumns columns, SparseRefiner refiner, ClassList? classList, int threads = 0, TrainingHistory? training = null)
    {
        _columns = columns;
        Refiner = refiner;
        ClassList = classList;
        Training = training;
        _calibrated = refiner.Selector is TimeBudgetSelector { MillisecondsPerPixel: null } ? null : refiner;
        _workers = new Workers(threads);
    }

    /// <summary>The fitted parts.</summary>
    public SparseRefiner Refiner { get; }

    /// <summary>The selector in use: the refiner's, with the measured cost where it was calibrated; null before a calibration to come.</summary>
    public IPixelSelector? Selector => _calibrated?.Selector;

    /// <summary>Names and colors of the classes; null where they were not given.</summary>
    public ClassList? ClassList { get; }

    /// <summary>How it was trained; null for one that was loaded.</summary>
    public TrainingHistory? Training { get; }

    internal SparseRefinementColumns Columns => _columns;

    internal override string PartKind => Kind;

    /// <summary>The same weights behind another selector.</summary>
    /// <param name="selector">Finds the pixels.</param>
    /// <returns>A transformer over the same columns; weights are shared, not copied.</returns>
    public SparseRefinementTransformer WithSelector(IPixelSelector selector) =>
        new(_columns, Refiner.WithSelector(selector), ClassList, _workers.Threads, Training);

    /// <summary>The same weights behind another dense model, as one of those that it was trained for.</summary>
    /// <param name="logitsColumnName">The column of that model's logits, of the same classes.</param>
    /// <returns>A transformer that reads that column; weights are shared, not copied.</returns>
    public SparseRefinementTransformer WithLogitsColumn(string logitsColumnName)
    {
        ArgumentException.ThrowIfNullOrEmpty(logitsColumnName);
        return new(_columns with { Logits = logitsColumnName }, Refiner, ClassList, _workers.Threads, Training);
    }

    internal static SparseRefinementTransformer ReadPart(PartReader part) => new(
        new SparseRefinementColumns(
            part.Text("image"),
            part.Text("logits"),
            part.Text("output"),
            part.OptionalText("selection"),
            part.OptionalText("sparseLogits")),
        new SparseRefiner(
            SelectorParts.Read(part),
            FeatureSpec.Parse(part.Text("features")),
            NetworkParts.Read(part),
            EnsemblerParts.Read(part),
            part.Enum<Interpolation>("interpolation")),
        part.Classes,
        part.Threads);

    internal override RowMappingTransformer WithThreads(int threads) => new SparseRefinementTransformer(_columns, Refiner, ClassList, threads, Training);

    internal override void ReleaseBuffers()
    {
        Refiner.ReleaseBuffers();
        _calibrated?.ReleaseBuffers();
    }

    internal override void WritePart(PartWriter part)
    {
        part.Options["image"] = _columns.Image;
        part.Options["logits"] = _columns.Logits;
        part.Options["output"] = _columns.Output;
        part.Options["selection"] = _columns.Selection;
        part.Options["sparseLogits"] = _columns.SparseLogits;
        SelectorParts.Write(Refiner.Selector, part);
        part.Options["features"] = Refiner.Features.Describe();
        part.Options["interpolation"] = Refiner.Interpolation.ToString();
        part.SetClasses(ClassList);
        NetworkParts.Write(Refiner.Network, part);
        EnsemblerParts.Write(Refiner.Ensembler, part);
    }

    /// <summary>The refiner with the selector in use, which a time budget measures on the first photo that comes.</summary>
    internal SparseRefiner Calibrated(ImageView photo, LogitMap logits)
    {
        if (_calibrated is SparseRefiner ready)
        {
            return ready;
        }

        lock (_calibrating)
        {
            return _calibrated ??= Refiner.WithSelector(
                ((TimeBudgetSelector)Refiner.Selector).Calibrate(Refiner, photo, logits, _workers));
        }
    }

    /// <summary>Every stage after the dense model, on this transformer's threads.</summary>
    internal RefinementResult Refine(ImageView photo, LogitMap logits, RefinementParts parts, Workers? workers = null) =>
        Calibrated(photo, logits).Refine(photo, logits, parts, workers ?? _workers);

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input) =>
        _columns.Describe(input, Refiner.Classes, ClassList);

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        SharedImage image = scope.Image(_columns.Image);
        Func<LogitMap> readLogits = scope.Reader<LogitMap>(_columns.Logits);
        int? selectionAt = _columns.Selection is null ? null : 0;
        int? sparseAt = _columns.SparseLogits is null ? null : selectionAt is null ? 0 : 1;
        int labelsAt = (selectionAt is null ? 0 : 1) + (sparseAt is null ? 0 : 1);

        // The image last: computing the logits may read the same column, and ML.NET's ResizeImages to the same size then
        // disposes what it handed out before.
        LogitMap Logits() => Rows.Present(readLogits(), _columns.Logits);
        ImageView Photo() => Images.View(image.Value, _columns.Image);
        RefinementParts If(int? column, RefinementParts part) => column is int at && scope.IsAsked(at) ? part : RefinementParts.None;
        var refined = new Memo<RefinementResult>(scope.Input, () =>
        {
            LogitMap logits = Logits();
            return Refine(
                Photo(), logits, If(selectionAt, RefinementParts.Selection) | If(sparseAt, RefinementParts.SparseLogits));
        });

        // A getter that is first asked for after the row was refined finds its part missing, and runs that one stage again.
        var selection = new Memo<PixelSelection>(scope.Input, () =>
        {
            bool isRefined = scope.IsAsked(labelsAt) || (sparseAt is int at && scope.IsAsked(at));
            if (isRefined && refined.Value.Selection is PixelSelection found)
            {
                return found;
            }

            LogitMap logits = Logits();
            ImageView photo = Photo();
            return Calibrated(photo, logits).Selector.Select(logits, photo.Height, photo.Width, _workers);
        });
        var sparse = new Memo<SparseLogits>(scope.Input, () =>
            refined.Value.SparseLogits ?? Refiner.Extract(Photo(), Logits(), selection.Value, _workers));
        var labels = new Memo<LabelMap>(scope.Input, () => refined.Value.Labels);
        List<Delegate> getters = [];
        if (selectionAt is not null)
        {
            getters.Add(scope.Getter(selection));
        }

        if (sparseAt is not null)
        {
            getters.Add(scope.Getter(sparse));
        }

        getters.Add(scope.Getter(labels));
        return getters;
    }
}
