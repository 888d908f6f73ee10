using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// The fine column of the two-column network (Wu et al., arXiv 1712.00213): it sees the photo at full resolution, but only in the regions that
/// are switched on, and corrects the coarse column's scores there. The paper has no public code; this is our reading of it.
/// </summary>
/// <remarks>
/// An encoder and decoder over the sites. Each level but the finest begins with relu(norm(down(x) + linear(norm(coarse)))), where coarse are the
/// dense model's probabilities, and its inner features where given, at the level's sites: the cross-column connections. The finest level has the
/// probabilities among its input features. The way back is relu(norm(up(x)) + skip). Between them stand <c>reps</c> convolutions with norm
/// and relu, residual only where asked for. The output is a correction f: the scores of a pixel become z + w f, w being the activation of its
/// block (1 behind a selector that weighs nothing). The last layer starts at 0, so that training starts from the coarse answer.
/// </remarks>
internal sealed class FineColumn : RefinerNetwork
{
    /// <summary>Makes the network with He-initialised convolutions.</summary>
    public FineColumn(FineColumnOptions options, int seed)
        : base(options)
    {
        Options = options;
        Random random = new(seed);
        IReadOnlyList<int> planes = options.Planes;
        int last = planes.Count - 1;
        Stem = new FineUnit("stem", options.InputChannels, planes[0], 9, random);
        Encoder = [.. planes.Select((plane, i) => new FineStage($"encoder{i}", plane, options.Reps, options.HasResiduals, random))];
        Downs = [.. Enumerable.Range(0, last).Select(i => new FineUnit($"down{i}", planes[i], planes[i + 1], 9, random))];
        Crosses = [.. Enumerable.Range(0, last).Select(
            i => new CrossConnection($"cross{i}", options.Classes + options.CoarseFeatures, planes[i + 1], random))];

        // A fine site reads 9 / 4 taps of the coarser level on average.
        Ups = [.. Enumerable.Range(0, last).Select(i => new FineUnit($"up{i}", planes[i + 1], planes[i], 9.0 / 4, random))];
        Decoder = [.. Enumerable.Range(0, last).Select(i => new FineStage($"decoder{i}", planes[i], options.Reps, options.HasResiduals, random))];
        Final = new Linear("final.linear", planes[0], options.Classes, random);
        Array.Clear(Final.Core.Weight.Value);
        Array.Clear(Final.Core.Bias!.Value);
        Parameters =
        [
            .. Stem.Parameters,
            .. Encoder.SelectMany(stage => stage.Parameters),
            .. Downs.SelectMany(unit => unit.Parameters),
            .. Crosses.SelectMany(cross => cross.Parameters),
            .. Ups.SelectMany(unit => unit.Parameters),
            .. Decoder.SelectMany(stage => stage.Parameters),
            .. Final.Parameters,
        ];
    }

    /// <summary>The network's shape.</summary>
    public FineColumnOptions Options { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <inheritdoc/>
    public override bool CorrectsScores => true;

    /// <inheritdoc/>
    public override int CoarseFeatures => Options.CoarseFeatures;

    internal override int Convolutions => Encoder[0].Units.Length;

    internal override bool ReadsCoarseColumn => Downs.Length > 0;

    internal FineUnit Stem { get; }

    internal FineStage[] Encoder { get; }

    internal FineUnit[] Downs { get; }

    internal CrossConnection[] Crosses { get; }

    internal FineUnit[] Ups { get; }

    internal FineStage[] Decoder { get; }

    internal Linear Final { get; }

    /// <summary>Multiply-adds of one inference: every convolution's existing neighbours only, biases and norms left out.</summary>
    /// <exception cref="ArgumentException">Too few levels.</exception>
    public long MultiplyAdds(SitePyramid pyramid)
    {
        RequireLevels(pyramid);
        long sum = (pyramid.Levels[0].Neighbors.Present * Stem.Core.Inputs * Stem.Core.Outputs)
            + ((long)pyramid.Levels[0].Count * Final.Core.Inputs * Final.Core.Outputs);
        for (int i = 0; i < Encoder.Length; i++)
        {
            SiteLevel level = pyramid.Levels[i];
            int units = Encoder[i].Units.Length + (i < Decoder.Length ? Decoder[i].Units.Length : 0);
            sum += level.Neighbors.Present * units * Planes[i] * Planes[i];
            if (i < Downs.Length)
            {
                NormedLinear cross = Crosses[i].Layer;
                sum += (2 * level.Down!.Present * Planes[i] * Planes[i + 1])
                    + ((long)pyramid.Levels[i + 1].Count * cross.Inputs * cross.Outputs);
            }
        }

        return sum;
    }

    internal override Variable RunLayers(Variable input, CoarseColumn? coarse, SitePyramid pyramid, Tape? tape, Workers workers) =>
        RunLayers(input, sites => CrossConnection.Read(coarse!, sites, tape, workers), pyramid, tape, workers);

    /// <summary>The layers behind any coarse column, one that learns along, too.</summary>
    /// <param name="input">[sites, input channels].</param>
    /// <param name="read">Gives probabilities and features at the sites of a level, [sites, classes + features].</param>
    /// <param name="pyramid">Sites.</param>
    /// <param name="tape">Null in evaluation.</param>
    /// <param name="workers">Threads.</param>
    internal Variable RunLayers(Variable input, Func<SiteSet, Variable> read, SitePyramid pyramid, Tape? tape, Workers workers)
    {
        RequireLevels(pyramid);
        Shapes.Require(input, nameof(input), pyramid.Levels[0].Count, InputChannels);
        IReadOnlyList<SiteLevel> levels = pyramid.Levels;
        Variable[] skips = new Variable[Downs.Length];
        ConvolutionMaps maps = ConvolutionMaps.Submanifold(levels[0]);
        Variable x = Encoder[0].Forward(Stem.Forward(input, maps, null, null, tape, workers), maps, tape, workers);
        for (int i = 0; i < Downs.Length; i++)
        {
            skips[i] = x;
            Variable cross = Crosses[i].Layer.Forward(read(levels[i + 1].Sites), tape, workers);
            x = Downs[i].Forward(x, ConvolutionMaps.Down(levels[i], levels[i + 1]), cross, null, tape, workers);
            x = Encoder[i + 1].Forward(x, ConvolutionMaps.Submanifold(levels[i + 1]), tape, workers);
        }

        for (int i = Ups.Length - 1; i >= 0; i--)
        {
            x = Ups[i].Forward(x, ConvolutionMaps.Up(levels[i], levels[i + 1]), null, skips[i], tape, workers);
            x = Decoder[i].Forward(x, ConvolutionMaps.Submanifold(levels[i]), tape, workers);
        }

        return Final.Forward(Dropout.Forward(x, Options.Dropout, tape), tape, workers);
    }

    internal override IFrozenNetwork Fold() => new FrozenFineColumn(this);
}
