using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// Feature pyramid (Lin et al., arXiv 1612.03144): P4 = W4 top, Pn = Wn Fn + up2(Pn+1), then a 3x3 convolution on P1 and a linear layer to the
/// classes at 1/4 of the side.
/// </summary>
internal sealed class PyramidDecoder
{
    public PyramidDecoder(FeatureRefinementOptions options, Random random)
    {
        int channels = options.DecoderChannels;
        Laterals = [.. Enumerable.Range(0, 4).Select(stage => new Linear($"decoder.lateral{stage + 1}", options.Channels[stage], channels, random))];
        Smooth = new ConvolutionUnit("decoder.smooth", channels, channels, 3, 1, random);
        Classifier = new Linear("decoder.classifier", channels, options.Classes, random);
        Parameters = [.. Laterals.SelectMany(layer => layer.Parameters), .. Smooth.Parameters, .. Classifier.Parameters];
    }

    public IReadOnlyList<Linear> Laterals { get; }

    public ConvolutionUnit Smooth { get; }

    public Linear Classifier { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public (Variable Features, Variable Logits) Forward(
        (Variable Features, GridShape Grid)[] stages, Variable top, Tape? tape, Workers workers)
    {
        Variable pyramid = Laterals[3].Forward(top, stages[3].Grid, tape, workers);
        for (int stage = 2; stage >= 0; stage--)
        {
            Variable above = Upsample.Forward(pyramid, stages[stage + 1].Grid, 2, tape, workers);
            pyramid = Laterals[stage].Forward(stages[stage].Features, stages[stage].Grid, tape, workers, above);
        }

        Variable features = Smooth.Forward(pyramid, stages[0].Grid, true, null, tape, workers);
        return (features, Classifier.Forward(features, stages[0].Grid, tape, workers));
    }
}
