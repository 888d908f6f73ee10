using Microsoft.ML;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Selectors;

namespace SparseRefine.MLNet;

/// <summary>Runs the sparse network on the selected pixels: image, logits and selection in, <see cref="SparseLogits"/> out.</summary>
public sealed class SparseExtractionTransformer : RowMappingTransformer
{
    internal const string Kind = "sparse-extraction";
    private readonly SparseExtractionColumns _columns;
    private readonly SparseRefiner _refiner;
    private readonly Workers _workers;

    internal SparseExtractionTransformer(
        SparseExtractionColumns columns, FeatureSpec features, SparseUNet network, Interpolation interpolation, int threads)
    {
        ArgumentException.ThrowIfNullOrEmpty(columns.Output);
        _columns = columns;

        // Selector and ensembler are never used: this stage takes the selection from a column and gives raw logits.
        _refiner = new SparseRefiner(
            new EntropySelector(0), features, network, new ReplaceEnsembler(), interpolation);
        _workers = new Workers(threads);
    }

    /// <summary>The network.</summary>
    internal SparseUNet Network => (SparseUNet)_refiner.Network;

    /// <summary>What the network sees of a pixel.</summary>
    public FeatureSpec Features => _refiner.Features;

    internal SparseExtractionColumns Columns => _columns;

    internal override string PartKind => Kind;

    internal static SparseExtractionTransformer ReadPart(PartReader part) => new(
        new SparseExtractionColumns(
            part.Text("image"), part.Text("logits"), part.Text("selection"), part.Text("output")),
        FeatureSpec.Parse(part.Text("features")),
        NetworkParts.Read(part) as SparseUNet ?? throw part.Invalid("a sparse U-Net", "another network"),
        part.Enum<Interpolation>("interpolation"),
        part.Threads);

    internal override RowMappingTransformer WithThreads(int threads) =>
        new SparseExtractionTransformer(_columns, Features, Network, _refiner.Interpolation, threads);

    internal override void ReleaseBuffers() => _refiner.ReleaseBuffers();

    internal override void WritePart(PartWriter part)
    {
        part.Options["image"] = _columns.Image;
        part.Options["logits"] = _columns.Logits;
        part.Options["selection"] = _columns.Selection;
        part.Options["output"] = _columns.Output;
        part.Options["features"] = Features.Describe();
        part.Options["interpolation"] = _refiner.Interpolation.ToString();
        NetworkParts.Write(Network, part);
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input) =>
        [_columns.Describe(input, _refiner.Classes)];

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        SharedImage image = scope.Image(_columns.Image);
        Func<LogitMap> logits = scope.Reader<LogitMap>(_columns.Logits);
        Func<PixelSelection> selection = scope.Reader<PixelSelection>(_columns.Selection);
        return [scope.Getter(new Memo<SparseLogits>(scope.Input, () =>
        {
            // The image last: see SparseRefinementTransformer.
            LogitMap map = Rows.Present(logits(), _columns.Logits);
            PixelSelection selected = Rows.Present(selection(), _columns.Selection);

            // A learned selector gives each pixel a weight that multiplies the pixel's features in a network that was trained with it. The network
            // here was trained without weights, so the selection's weights are dropped.
            var unweighted = new PixelSelection(selected.Sites, selected.DenseLabels);
            return _refiner.Extract(Images.View(image.Value, _columns.Image), map, unweighted, _workers);
        }))];
    }
}
