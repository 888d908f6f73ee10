using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// The sparse feature extractor of SparseRefine (Liu et al., arXiv 2407.19014): a 3x3 stem; on each level <c>reps</c> residual blocks; bn,
/// relu and a 3x3 of stride 2 down to the next level; back up by bn, relu and its transpose, concatenation with the level's own
/// features and <c>reps</c> blocks; at last bn, relu, linear. Where asked for, the stem also sees the dense model's inner features at the pixel, behind
/// a norm and a linear layer to a few channels (<see cref="FeatureReader"/>; ours, after the point head of PointRend, arXiv 1912.08193). Not thread-safe
/// in training; inference is as long as nobody trains.
/// </summary>
internal sealed class SparseUNet : RefinerNetwork
{
    /// <summary>Makes the network with He-initialised convolutions.</summary>
    public SparseUNet(SparseUNetOptions options, int seed, SimdPath? path = null)
        : base(options)
    {
        Options = options;
        Random random = new(seed);
        IReadOnlyList<int> planes = options.Planes;
        int last = planes.Count - 1;
        Stem = new SubmanifoldConvolution("stem", options.InputChannels + options.FeatureChannels, planes[0], random, path);
        Encoder = new ResidualBlock[planes.Count][];
        DownNorms = new BatchNorm[last];
        Downs = new DownConvolution[last];
        UpNorms = new BatchNorm[last];
        Ups = new UpConvolution[last];
        Decoder = new ResidualBlock[last][];
        for (int i = 0; i <= last; i++)
        {
            Encoder[i] = Blocks($"encoder{i}", planes[i], planes[i], random, path);
            if (i < last)
            {
                DownNorms[i] = new BatchNorm($"down{i}.norm", planes[i]);
                Downs[i] = new DownConvolution($"down{i}.conv", planes[i], planes[i + 1], random, path);
            }
        }

        for (int i = last - 1; i >= 0; i--)
        {
            UpNorms[i] = new BatchNorm($"up{i}.norm", planes[i + 1]);
            Ups[i] = new UpConvolution($"up{i}.conv", planes[i + 1], planes[i], random, path);
            Decoder[i] = Blocks($"decoder{i}", 2 * planes[i], planes[i], random, path);
        }

        FinalNorm = new BatchNorm("final.norm", planes[0]);
        Final = new Linear("final.linear", planes[0], options.Classes, random, bias: true, path);
        if (options.ProbabilityColumn is not null)
        {
            Array.Clear(Final.Core.Weight.Value);
            Array.Clear(Final.Core.Bias!.Value);
        }

        // Last, so that all other layers start as they do without.
        Features = options.CoarseFeatures == 0 ? null : new NormedLinear("features", options.CoarseFeatures, options.FeatureChannels, random);
        Parameters =
        [
            .. Features?.Parameters ?? [],
            .. Stem.Parameters,
            .. Encoder.SelectMany(level => level).SelectMany(block => block.Parameters),
            .. DownNorms.SelectMany(norm => norm.Parameters),
            .. Downs.SelectMany(down => down.Parameters),
            .. UpNorms.SelectMany(norm => norm.Parameters),
            .. Ups.SelectMany(up => up.Parameters),
            .. Decoder.SelectMany(level => level).SelectMany(block => block.Parameters),
            .. FinalNorm.Parameters,
            .. Final.Parameters,
        ];
    }

    /// <summary>The network's shape.</summary>
    public SparseUNetOptions Options { get; }

    /// <inheritdoc/>
    public override bool CorrectsScores => false;

    /// <inheritdoc/>
    public override int CoarseFeatures => Options.CoarseFeatures;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters { get; }

    internal override int Convolutions => 2 * Options.Reps;

    internal override bool ReadsCoarseColumn => Features is not null;

    /// <summary>Reduces the dense model's inner features; null where none are read.</summary>
    internal NormedLinear? Features { get; }

    internal SubmanifoldConvolution Stem { get; }

    internal ResidualBlock[][] Encoder { get; }

    internal BatchNorm[] DownNorms { get; }

    internal DownConvolution[] Downs { get; }

    internal BatchNorm[] UpNorms { get; }

    internal UpConvolution[] Ups { get; }

    internal ResidualBlock[][] Decoder { get; }

    internal BatchNorm FinalNorm { get; }

    internal Linear Final { get; }

    /// <inheritdoc/>
    public override void CopyFrom(RefinerNetwork other)
    {
        if (other is SparseUNet net && net.Options.ProbabilityColumn != Options.ProbabilityColumn)
        {
            static string Describe(int? column) => column is null ? "an answer of its own" : $"an answer added to the probabilities from channel {column} on";

            throw new ArgumentException(
                $"other: expected a network with {Describe(Options.ProbabilityColumn)}, got one with {Describe(net.Options.ProbabilityColumn)}",
                nameof(other));
        }

        if (Features is null || other is not SparseUNet { Features: null } plain)
        {
            base.CopyFrom(other);
            return;
        }

        int kept = InputChannels * Planes[0];
        if (plain.Stem.Core.Weight.Value.Length != SubmanifoldConvolution.Taps * kept)
        {
            throw new ArgumentException(
                $"other: expected a network of {InputChannels} inputs and {Planes[0]} planes at first, got one of {plain.InputChannels} and {plain.Planes[0]}", nameof(other));
        }

        // What the stem takes from features starts at 0: the first answers are the other network's.
        Parameter[] rest = [.. Parameters.Skip(Features.Parameters.Count + Stem.Parameters.Count)];
        Parameter.Copy([.. plain.Parameters.Skip(Stem.Parameters.Count)], rest, "network");
        Array.Clear(Stem.Core.Weight.Value);
        for (int tap = 0; tap < SubmanifoldConvolution.Taps; tap++)
        {
            plain.Stem.Core.Weight.Value.AsSpan(tap * kept, kept).CopyTo(
                Stem.Core.Weight.Value.AsSpan(tap * Stem.Core.Inputs * Planes[0]));
        }
    }

    /// <summary>Logits of every site; with a tape, batch statistics and dropout as in training and a recorded backward pass.</summary>
    /// <param name="input">[sites, input channels]; no sites is allowed. No gradient goes to it through <see cref="SparseUNetOptions.ProbabilityColumn"/>.</param>
    /// <param name="pyramid">Sites, at least as many levels as the options' planes.</param>
    /// <param name="tape">Null in evaluation.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <param name="coarse">The photos' inner features; null where the network reads none.</param>
    /// <returns>[sites, classes].</returns>
    /// <exception cref="ArgumentException">Too few levels, or input of another shape.</exception>
    public Variable Forward(Variable input, SitePyramid pyramid, Tape? tape, Workers workers, CoarseColumn? coarse = null)
    {
        RequireLevels(pyramid);
        Shapes.Require(input, nameof(input), pyramid.Levels[0].Count, Options.InputChannels);
        IReadOnlyList<SiteLevel> levels = pyramid.Levels;
        Variable[] skips = new Variable[Downs.Length];
        Variable seen = Features is null
            ? input
            : Concatenate.Forward(input, FeatureReader.Forward(Features, coarse!, levels[0].Sites, tape, workers), tape, workers);
        Variable x = Stem.Forward(seen, levels[0], tape, workers);
        for (int i = 0; i < Encoder.Length; i++)
        {
            x = Run(Encoder[i], x, levels[i], tape, workers);
            if (i < skips.Length)
            {
                skips[i] = x;
                x = Downs[i].Forward(DownNorms[i].Forward(x, true, tape, workers), levels[i], levels[i + 1], tape, workers);
            }
        }

        for (int i = skips.Length - 1; i >= 0; i--)
        {
            x = Ups[i].Forward(UpNorms[i].Forward(x, true, tape, workers), levels[i], levels[i + 1], tape, workers);
            x = Run(Decoder[i], Concatenate.Forward(skips[i], x, tape, workers), levels[i], tape, workers);
        }

        x = Dropout.Forward(FinalNorm.Forward(x, true, tape, workers), Options.Dropout, tape);
        Variable? dense = Options.ProbabilityColumn is null ? null : DenseAnswer.Of(input, Options, tape, workers);
        Variable output = Final.Forward(x, tape, workers, dense);
        dense?.Discard();
        return output;
    }

    /// <summary>
    /// The same as <see cref="Forward"/> without a tape up to rounding, faster: batch norm is folded into weights and stores, buffers
    /// are pooled. Callers that run many photos fold once with <see cref="Freeze"/>.
    /// </summary>
    /// <param name="features">[sites, input channels].</param>
    /// <param name="pyramid">Sites, at least as many levels as the options' planes.</param>
    /// <param name="workers">Threads; the bits of the result do not depend on their number.</param>
    /// <param name="logits">The photo's dense answer with its inner features; null where the network reads none.</param>
    /// <returns>[sites, classes], the caller's.</returns>
    /// <exception cref="ArgumentException">Too few levels, or features of another length.</exception>
    public float[] Infer(float[] features, SitePyramid pyramid, Workers workers, LogitMap? logits = null) =>
        Freeze().Infer(features, pyramid, workers, logits);

    /// <summary>Copies the weights into an immutable form for inference.</summary>
    /// <returns>A network that later training does not change.</returns>
    public FrozenSparseUNet Freeze() => new(this);

    internal override Variable RunLayers(Variable input, CoarseColumn? coarse, SitePyramid pyramid, Tape? tape, Workers workers) =>
        Forward(input, pyramid, tape, workers, coarse);

    internal override IFrozenNetwork Fold() => Freeze();

    /// <summary>Multiply-adds of one inference: every convolution's existing neighbours only, biases and norms left out.</summary>
    /// <exception cref="ArgumentException">Too few levels.</exception>
    public long MultiplyAdds(SitePyramid pyramid)
    {
        RequireLevels(pyramid);
        long sum = 0;
        for (int i = 0; i < Encoder.Length; i++)
        {
            SiteLevel level = pyramid.Levels[i];
            long neighbors = level.Neighbors.Present;
            sum += i == 0 ? neighbors * Stem.Core.Inputs * Stem.Core.Outputs : 0;
            foreach (ResidualBlock block in i < Decoder.Length ? [.. Encoder[i], .. Decoder[i]] : Encoder[i])
            {
                sum += neighbors * block.Convolution1.Core.Outputs * (block.Convolution1.Core.Inputs + block.Convolution1.Core.Outputs);
                sum += block.Projection == null ? 0 : (long)level.Count * block.Projection.Core.Inputs * block.Projection.Core.Outputs;
            }

            if (i < Downs.Length)
            {
                sum += 2 * level.Down!.Present * Downs[i].Core.Inputs * Downs[i].Core.Outputs;
            }
        }

        return sum + ((long)pyramid.Levels[0].Count * Final.Core.Inputs * Final.Core.Outputs);
    }

    internal override long MultiplyAdds(LogitMap logits) =>
        Features is null ? 0 : (long)logits.Features!.Height * logits.Features.Width * Features.Inputs * Features.Outputs;

    private static Variable Run(ResidualBlock[] blocks, Variable x, SiteLevel level, Tape? tape, Workers workers)
    {
        foreach (ResidualBlock block in blocks)
        {
            x = block.Forward(x, level, tape, workers);
        }

        return x;
    }

    private ResidualBlock[] Blocks(string name, int inputs, int outputs, Random random, SimdPath? path) =>
        [.. Enumerable.Range(0, Options.Reps).Select(
            i => new ResidualBlock($"{name}.block{i}", i == 0 ? inputs : outputs, outputs, random, path))];
}
