using Microsoft.ML;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>Finds the pixels that a dense model is unsure of.</summary>
public sealed class PixelSelectionTransformer : RowMappingTransformer
{
    internal const string Kind = "pixel-selection";
    private readonly PixelSelectionEstimator.Options _options;
    private readonly Workers _workers;

    internal PixelSelectionTransformer(PixelSelectionEstimator.Options options, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _workers = new Workers(threads ?? options.Threads);
    }

    /// <summary>Finds the pixels.</summary>
    public IPixelSelector Selector => _options.Selector;

    internal string OutputColumn => _options.OutputColumnName;

    internal override string PartKind => Kind;

    internal static PixelSelectionTransformer ReadPart(PartReader part) => new(new PixelSelectionEstimator.Options
    {
        OutputColumnName = part.Text("output"),
        LogitsColumnName = part.Text("logits"),
        ImageColumnName = part.Text("image"),
        Selector = SelectorParts.Read(part),
        Threads = part.Threads,
    });

    internal override RowMappingTransformer WithThreads(int threads) => new PixelSelectionTransformer(_options, threads);

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["logits"] = _options.LogitsColumnName;
        part.Options["image"] = _options.ImageColumnName;
        SelectorParts.Write(_options.Selector, part);
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        input.RequireLogits(_options.LogitsColumnName);
        ColumnSizes image = input.RequireImage(_options.ImageColumnName);
        return [new MappedColumn(
            _options.OutputColumnName,
            ColumnTypes.PixelSelection,
            [_options.LogitsColumnName, _options.ImageColumnName],
            ClassAnnotations.ForSelection(image))];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<LogitMap> logits = scope.Reader<LogitMap>(_options.LogitsColumnName);
        SharedImage image = scope.Image(_options.ImageColumnName);
        return [scope.Getter(new Memo<PixelSelection>(scope.Input, () =>
        {
            // The image last: see SparseRefinementTransformer.
            LogitMap map = Rows.Present(logits(), _options.LogitsColumnName);
            var photo = Images.Present(image.Value, _options.ImageColumnName);
            return Selector.Select(map, photo.Height, photo.Width, _workers);
        }))];
    }
}
