using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Training;

/// <summary>
/// The learned selector in training. The probabilistic activation constraint, as we read it: the share of blocks that a photo may
/// have is drawn without replacement with odds p / (1 - p) (the highest of score + Gumbel noise), so that blocks of low activation are tried, too, and
/// the network learns what they are worth; time and memory of a step are those of the share. What is drawn weighs p, through which the loss
/// reaches the selector.
/// </summary>
internal sealed class BlockActivation
{
    /// <summary>Photos by which the starting level of the activations is set.</summary>
    private const int StartingPhotos = 8;

    private BlockActivation(SiteSet[] sites, Variable probabilities, int[] blocks)
    {
        Sites = sites;
        Probabilities = probabilities;
        Blocks = blocks;
    }

    /// <summary>The drawn pixels of each photo.</summary>
    public SiteSet[] Sites { get; }

    /// <summary>[photos x blocks, 1].</summary>
    public Variable Probabilities { get; }

    /// <summary>Of every site, photo by photo: the row of its block.</summary>
    public int[] Blocks { get; }

    /// <summary>Activations of a batch's photos, and a draw of blocks.</summary>
    public static BlockActivation Draw(LearnedSelector selector, CoarseColumn coarse, int images, int height, int width, Random random, Tape tape)
    {
        var grid = new BlockGrid(height, width, selector.Side);
        Variable scores = selector.Network!.Forward(coarse, images, grid, tape, tape.Workers);
        Variable probabilities = Sigmoid.Forward(scores, tape);
        float[] noisy = [.. scores.Value.Take(scores.Length).Select(score => (float)(score - Math.Log(-Math.Log(1 - random.NextDouble()))))];
        var sites = new SiteSet[images];
        List<int> blocks = [];
        for (int i = 0; i < images; i++)
        {
            int first = i * grid.Count;
            int[] pixels = grid.Pixels(LearnedSelector.Top(noisy.AsSpan(first, grid.Count), selector.Share));
            sites[i] = new SiteSet(pixels, 1, height, width);
            blocks.AddRange(pixels.Select(pixel => first + grid.BlockOf(pixel / width, pixel % width)));
        }

        return new BlockActivation(sites, probabilities, [.. blocks]);
    }

    /// <summary>
    /// A selector to train: the given one's weights where it has any, else new ones whose mean activation is the wanted share on the
    /// first photos.
    /// </summary>
    /// <param name="selector">Not changed.</param>
    /// <param name="training">The photos.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="features">Channels of the dense model's features.</param>
    /// <param name="seed">Seed of new weights.</param>
    /// <param name="workers">Threads.</param>
    public static LearnedSelector Begin(
        LearnedSelector selector, IReadOnlyList<TrainingExample> training, int classes, int features, int seed, Workers workers)
    {
        if (selector.Share == 0)
        {
            throw new InvalidInputException("selector", "a share above 0, from which something can be learned", $"'{selector.Describe()}'");
        }

        ActivationNetwork network = new(classes, features, seed);
        if (selector.Network is ActivationNetwork given)
        {
            Parameter.Copy(given.Parameters, network.Parameters, "selector");
            return selector.WithNetwork(network);
        }

        List<float> scores = [];
        for (int i = 0; i < Math.Min(training.Count, StartingPhotos); i++)
        {
            TrainingExample photo = training[i];
            LogitSampler.ThrowUnlessFinite(photo.Logits);
            var grid = new BlockGrid(photo.Image.Height, photo.Image.Width, selector.Side);
            scores.AddRange(network.Forward(new CoarseColumn([photo.Logits], features, workers), 1, grid, null, workers).Value);
        }

        network.Bias.Value[0] = (float)Level(scores, Math.Clamp(selector.Share, 0.01, 0.99));
        return selector.WithNetwork(network);
    }

    // The b for which the mean of sigmoid(score + b) is the share, by bisection.
    private static double Level(List<float> scores, double share)
    {
        double low = -100;
        double high = 100;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            double mean = scores.Average(score => 1 / (1 + Math.Exp(-score - middle)));
            (low, high) = mean < share ? (middle, high) : (low, middle);
        }

        return low;
    }
}
