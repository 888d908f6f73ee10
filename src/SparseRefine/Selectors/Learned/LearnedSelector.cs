using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Sites;

namespace SparseRefine.Selectors;

/// <summary>
/// Selects whole blocks of pixels by a learned activation (Wu et al., arXiv 1712.00213; our reading): the round(share x blocks) blocks, at least
/// one unless the share is 0, of highest activation, among equal ones those that stand first. The selection carries the activations, by which
/// the fine network's answer is weighed. Text form <c>learned:SHARE</c> or <c>learned:SHARE:SIDE</c>; it has no weights before a training.
/// </summary>
/// <remarks>
/// The same share is selected in every photo, so that time and memory are known beforehand. A fixed threshold on the activations would spend
/// more on hard photos and less on easy ones, but nothing would bound the cost of a photo.
/// </remarks>
internal sealed class LearnedSelector : IPixelSelector
{
    /// <summary>Pixels of a block along each side, unless said otherwise.</summary>
    public const int StandardSide = 32;

    private LogitScan? _idle;

    /// <summary>Sets the share.</summary>
    /// <param name="share">Share of all blocks, 0 to 1.</param>
    /// <param name="side">Pixels of a block along each side, at least 1.</param>
    /// <param name="mode">How logits are brought to the photo's size for the dense labels: nearest or bilinear.</param>
    /// <param name="network">Gives the activations; null: one is to be trained.</param>
    /// <exception cref="ArgumentException">A share outside 0..1, a side below 1, or another mode.</exception>
    public LearnedSelector(
        double share, int side = StandardSide, Interpolation mode = Interpolation.Bilinear, ActivationNetwork? network = null)
    {
        TopScores.ThrowUnlessFraction(share);
        LogitSampler.ThrowUnlessSampling(mode);
        if (side < 1)
        {
            throw new ArgumentException($"side: expected at least 1, got {side}", nameof(side));
        }

        Share = share;
        Side = side;
        Mode = mode;
        Network = network;
    }

    /// <summary>Share of all blocks.</summary>
    public double Share { get; }

    /// <summary>Pixels of a block along each side.</summary>
    public int Side { get; }

    /// <summary>Nearest or bilinear.</summary>
    public Interpolation Mode { get; }

    /// <summary>Gives the activations; null before training.</summary>
    public ActivationNetwork? Network { get; }

    /// <summary>The same rule with another network.</summary>
    /// <param name="network">Gives the activations.</param>
    /// <returns>A selector over these weights, not a copy of them.</returns>
    public LearnedSelector WithNetwork(ActivationNetwork network) => new(Share, Side, Mode, network);

    /// <summary>The activation of every block of a photo.</summary>
    /// <exception cref="InvalidOperationException">No network yet.</exception>
    /// <exception cref="ArgumentException">Other classes or features than the network's.</exception>
    public ActivationMap Activate(LogitMap logits, int height, int width, Workers workers)
    {
        ActivationNetwork network = Network ?? throw new InvalidOperationException(
            $"selector '{Describe()}': expected one with weights, as training makes it, got none");
        if (logits.Classes != network.Classes)
        {
            throw new ArgumentException($"logits: expected {network.Classes} classes, got {logits.Classes}", nameof(logits));
        }

        var blocks = new BlockGrid(height, width, Side);
        Variable scores = network.Forward(new CoarseColumn([logits], network.CoarseFeatures, workers), 1, blocks, null, workers);
        return new ActivationMap(Sigmoid.Forward(scores, null).Value, height, width, Side);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No network yet.</exception>
    public PixelSelection Select(LogitMap logits, int height, int width, Workers workers)
    {
        LabelMap labels = LogitScan.Label(ref _idle, logits, height, width, Mode, workers);
        ActivationMap activation = Activate(logits, height, width, workers);
        int[] pixels = activation.Grid.Pixels(Top(activation.Values, Share));
        return new PixelSelection(
            SiteSet.OverBuffer(pixels, pixels.Length, height, width), labels, activation);
    }

    /// <inheritdoc/>
    public string Describe() => PixelSelector.Format("learned", Share, Side == StandardSide ? null : Side, Mode);

    /// <summary>Marks the share of highest scores, which may be of any sign; among equal ones the first.</summary>
    internal static bool[] Top(ReadOnlySpan<float> scores, double share)
    {
        int count = Math.Max(share > 0 ? 1 : 0, TopScores.Count(share, scores.Length));
        int[] order = [.. Enumerable.Range(0, scores.Length)];
        float[] negated = new float[scores.Length];
        for (int i = 0; i < negated.Length; i++)
        {
            negated[i] = -scores[i];
        }

        // A stable order: pairs of score and place.
        Array.Sort(order, (a, b) => negated[a] != negated[b] ? negated[a].CompareTo(negated[b]) : a.CompareTo(b));
        bool[] isTop = new bool[scores.Length];
        foreach (int block in order.AsSpan(0, count))
        {
            isTop[block] = true;
        }

        return isTop;
    }
}
