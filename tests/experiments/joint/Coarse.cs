using SparseRefine.Grids;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.Networks;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Joint;

/// <summary>The coarse column's answers: a dense network that sees photos at half their sides, and its decoder's features.</summary>
internal static class Coarse
{
    /// <summary>A photo at half its sides.</summary>
    public static ImageBuffer Halve(ImageView photo) => WindowResampler.Image(
        photo,
        new CropWindow(
            new CropAxis(photo.Height, photo.Height / 2, 0, photo.Height / 2, false), new CropAxis(photo.Width, photo.Width / 2, 0, photo.Width / 2, false)),
        null);

    /// <summary>Photos with the network's scores and, unless they are left out, features of now.</summary>
    public static List<TrainingExample> Examples(FeatureRefinementNetwork network, IReadOnlyList<LabelledImage> photos, Workers workers, bool hasFeatures = true) =>
        [.. photos.Select(photo => new TrainingExample(photo.Name, photo.Image, photo.Labels, Run(network, photo.Image.View, workers, hasFeatures)))];

    /// <summary>The network alone.</summary>
    public static ConfusionMatrix Score(FeatureRefinementNetwork network, IReadOnlyList<LabelledImage> photos, Workers workers)
    {
        ConfusionMatrix scores = new(network.Options.Classes);
        foreach (LabelledImage photo in photos)
        {
            LogitMap logits = Run(network, photo.Image.View, workers);
            scores.Add(photo.Labels, logits.ToLabels(photo.Labels.Height, photo.Labels.Width, Interpolation.Bilinear, workers));
        }

        return scores;
    }

    /// <summary>One photo's planes out of a step's rows.</summary>
    public static LogitMap Map(Variable features, Variable logits, GridShape grid, int image) =>
        new(Planes(logits, grid.Pixels, image), logits.Channels, grid.Height, grid.Width)
        {
            Features = new FeatureMap(Planes(features, grid.Pixels, image), features.Channels, grid.Height, grid.Width),
        };

    private static float[] Planes(Variable rows, int pixels, int image)
    {
        float[] planes = new float[rows.Channels * pixels];
        for (int i = 0; i < pixels; i++)
        {
            for (int c = 0; c < rows.Channels; c++)
            {
                planes[(c * pixels) + i] = rows.Value[(((image * pixels) + i) * rows.Channels) + c];
            }
        }

        return planes;
    }

    private static LogitMap Run(FeatureRefinementNetwork network, ImageView photo, Workers workers, bool hasFeatures = true)
    {
        ImageBuffer half = Halve(photo);
        (Variable input, GridShape grid) = FeatureRefinementNetwork.Prepare(1, half.Height, half.Width);
        network.Fill(input, grid, 0, half.View);
        (Variable features, Variable logits) = network.Forward(input, grid, null, workers);
        grid = grid with { Height = grid.Height / 4, Width = grid.Width / 4 };
        return hasFeatures ? Map(features, logits, grid, 0) : new LogitMap(Planes(logits, grid.Pixels, 0), logits.Channels, grid.Height, grid.Width);
    }
}
