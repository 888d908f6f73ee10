using SparseRefine.Images;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx;

/// <content>What an export must know of the model.</content>
public sealed partial class DenseModel
{
    // Sides, where a model leaves them open, that show in which order its axes stand.
    private const int ProbeHeight = 128;
    private const int ProbeWidth = 192;

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
        long classes = _runner.OutputSizes.Length == 3 ? 1 : _runner.OutputSizes[_runner.ScoreLayout == TensorLayout.ChannelsLast ? 3 : 1];
        return new DenseModelFacts
        {
            InputName = InputName,
            InputType = InputType,
            IsChannelsLast = IsChannelsLast,
            Height = _signature.Height,
            Width = _signature.Width,
            OutputName = OutputName,
            ScoreKind = _runner.Scores,
            ScoreLayout = _runner.ScoreLayout,
            ScoreRank = _runner.OutputSizes.Length,
            IsBinary = classes == 1,
            Classes = map.Classes,
            FeatureName = Options.FeatureOutputName,
            FeatureLayout = _runner.FeatureLayout,
        };
    }

    private int ProbeSide(int fixedSide, int? asked, int probe) => fixedSide > 0
        ? fixedSide
        : asked ?? (probe + Options.SizeMultiple - 1) / Options.SizeMultiple * Options.SizeMultiple;
}
