using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// Feature pyramid (Lin et al., arXiv 1612.03144): P4 = W4 top, Pn = Wn Fn + up2(Pn+1), then a 3x3 convolution on P1 at 1/4 of the side; where the output
/// is finer, <see cref="FineLevel"/>s with the backbone's stem at 1/2 and a 3x3 convolution of the pixels themselves at 1/1; a linear layer to the classes.
/// </summary>
internal sealed class PyramidDecoder
{
    public PyramidDecoder(FeatureRefinementOptions options, int stemChannels, Random random)
    {
        int channels = options.DecoderChannels;
        Laterals = [.. Enumerable.Range(0, 4).Select(stage => new Linear($"decoder.lateral{stage + 1}", options.StageChannels[stage], channels, random))];
        Smooth = new ConvolutionUnit("decoder.smooth", channels, channels, 3, 1, random);
        var fine = new List<FineLevel>();
        for (int stride = 2; stride >= options.OutputStride; stride /= 2)
        {
            int narrow = ((channels / 2) + 7) / 8 * 8;
            if (stride == 1)
            {
                PixelStem = new ConvolutionUnit("decoder.pixels", FeatureRefinementNetwork.PixelFloats, narrow, 3, 1, random, liveInputs: 3);
            }

            fine.Add(new FineLevel($"decoder.fine{stride}", channels, stride == 2 ? stemChannels : narrow, narrow, random));
            channels = narrow;
        }

        Fine = fine;
        Channels = channels;
        Classifier = new Linear("decoder.classifier", channels, options.Classes, random);
        Parameters =
        [
            .. Laterals.SelectMany(layer => layer.Parameters), .. Smooth.Parameters, .. PixelStem?.Parameters ?? [],
            .. fine.SelectMany(level => level.Parameters), .. Classifier.Parameters,
        ];
    }

    public IReadOnlyList<Linear> Laterals { get; }

    public ConvolutionUnit Smooth { get; }

    /// <summary>What the last level reads of the pixels; null where there is no level of stride 1.</summary>
    public ConvolutionUnit? PixelStem { get; }

    /// <summary>Levels of stride 2 and 1, as far as there are any.</summary>
    public IReadOnlyList<FineLevel> Fine { get; }

    /// <summary>Channels of the features that the classifier sees.</summary>
    public int Channels { get; }

    public Linear Classifier { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Features and logits of the output's stride.</summary>
    /// <param name="input">The pixels.</param>
    /// <param name="grid">Their shape.</param>
    /// <param name="stages">The backbone's stem and stages.</param>
    /// <param name="top">What the pyramid starts with, of the last stage's shape.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads.</param>
    public (Variable Features, Variable Logits) Forward(
        Variable input, GridShape grid, (Variable Features, GridShape Grid)[] stages, Variable top, Tape? tape, Workers workers)
    {
        Variable pyramid = Laterals[3].Forward(top, stages[4].Grid, tape, workers);
        for (int stage = 3; stage >= 1; stage--)
        {
            Variable above = Upsample.Forward(pyramid, stages[stage + 1].Grid, 2, tape, workers);
            pyramid = Laterals[stage - 1].Forward(stages[stage].Features, stages[stage].Grid, tape, workers, above);
        }

        Variable features = Smooth.Forward(pyramid, stages[1].Grid, true, null, tape, workers);
        GridShape at = stages[1].Grid;
        foreach (FineLevel level in Fine)
        {
            (Variable Features, GridShape Grid) skip = level == Fine[0]
                ? stages[0]
                : (PixelStem!.Forward(input, grid, true, null, tape, workers), grid);
            features = level.Forward(features, at, skip, tape, workers);
            at = skip.Grid;
        }

        return (features, Classifier.Forward(features, at, tape, workers));
    }
}
