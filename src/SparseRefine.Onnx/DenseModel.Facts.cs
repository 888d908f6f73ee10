using SparseRefine.Images;

namespace SparseRefine.Onnx;

/// <content>What an export must know of the model.</content>
public sealed partial class DenseModel
{
    // Sides of a photo that shows, at half its size, in which order a model's axes stand.
    private const int ProbeHeight = 256;
    private const int ProbeWidth = 384;

    // Of the last run.
    private TensorLayout _scoreLayout;
    private TensorLayout _featureLayout;
    private long[] _outputSizes = [];

    /// <summary>Looks at what the graph states, and at the shapes that a run on a gray photo gives.</summary>
    /// <exception cref="InvalidInputException">The model does not run.</exception>
    internal DenseModelFacts LearnFacts()
    {
        double scale = TakesAnySize && Options.Height is null ? Options.Scale!.Value : 1;
        (int height, int width) = ((int)(ProbeHeight / (2 * scale)), (int)(ProbeWidth / (2 * scale)));
        LogitMap map = Run(new ImageView(new byte[height * width * 3], height, width, PixelOrder.Rgb24));
        long classes = _outputSizes.Length == 3 ? 1 : _outputSizes[_scoreLayout == TensorLayout.ChannelsLast ? 3 : 1];
        return new DenseModelFacts
        {
            InputName = InputName,
            InputType = InputType,
            IsChannelsLast = IsChannelsLast,
            Height = _signature.Height,
            Width = _signature.Width,
            OutputName = OutputName,
            ScoreKind = _scoreKind,
            ScoreLayout = _scoreLayout,
            ScoreRank = _outputSizes.Length,
            IsBinary = classes == 1,
            Classes = map.Classes,
            FeatureName = Options.FeatureOutputName,
            FeatureLayout = _featureLayout,
        };
    }
}
