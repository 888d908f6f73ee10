using SparseRefine.Images;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx;

/// <content>What an export must know of the model.</content>
public sealed partial class DenseModel
{
    // Sides, where a model leaves them open, that show in which order its axes stand.
    private const int ProbeHeight = 128;
    private const int ProbeWidth = 192;

    // Of the last run.
    private TensorLayout _scoreLayout;
    private TensorLayout _featureLayout;
    private long[] _outputSizes = [];

    /// <summary>Looks at what the graph states, and at the shapes that a run on zeros gives.</summary>
    /// <exception cref="InvalidInputException">The model does not run.</exception>
    internal DenseModelFacts LearnFacts()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        int height = ProbeSide(_signature.Height, Options.Height, ProbeHeight);
        int width = ProbeSide(_signature.Width, Options.Width, ProbeWidth);
        using InputBuffer buffer = new(InputType, height, width, IsChannelsLast);
        buffer.Bytes.Clear();
        LogitMap map = Infer(buffer.Value, 1, height, width, CancellationToken.None)[0];
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

    private int ProbeSide(int fixedSide, int? asked, int probe) => fixedSide > 0
        ? fixedSide
        : asked ?? (probe + Options.SizeMultiple - 1) / Options.SizeMultiple * Options.SizeMultiple;
}
