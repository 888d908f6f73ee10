using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>A 3x3 convolution of stride 2 as stem, then four stages of another such and blocks.</summary>
internal sealed class PlainBackbone : IBackbone
{
    public PlainBackbone(FeatureRefinementOptions options, Random random)
    {
        int inputs = options.Channels[0] / 2;
        Stem = new ConvolutionUnit("stem", FeatureRefinementNetwork.PixelFloats, inputs, 3, 2, random, liveInputs: 3);
        var downs = new ConvolutionUnit[4];
        var blocks = new IStageBlock[4][];
        for (int stage = 0; stage < 4; stage++)
        {
            int channels = options.Channels[stage];
            string name = $"stage{stage + 1}";
            downs[stage] = new ConvolutionUnit(name + ".down", inputs, channels, 3, 2, random);
            blocks[stage] = [.. Enumerable.Range(1, options.Blocks[stage]).Select(i => Block(options.Backbone, $"{name}.block{i}", channels, random))];
            inputs = channels;
        }

        Downs = downs;
        Blocks = blocks;
        Parameters =
        [
            .. Stem.Parameters,
            .. Enumerable.Range(0, 4).SelectMany(s => downs[s].Parameters.Concat(blocks[s].SelectMany(block => block.Parameters))),
        ];
    }

    public ConvolutionUnit Stem { get; }

    public IReadOnlyList<ConvolutionUnit> Downs { get; }

    public IReadOnlyList<IReadOnlyList<IStageBlock>> Blocks { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public IReadOnlyList<float> Mean => FeatureRefinementNetwork.StandardMean;

    public (Variable Features, GridShape Grid)[] Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        Variable features = Stem.Forward(input, grid, true, null, tape, workers);
        grid = grid.Half;
        var stages = new (Variable, GridShape)[5];
        stages[0] = (features, grid);
        for (int stage = 0; stage < 4; stage++)
        {
            features = Downs[stage].Forward(features, grid, true, null, tape, workers);
            grid = grid.Half;
            foreach (IStageBlock block in Blocks[stage])
            {
                features = block.Forward(features, grid, tape, workers);
            }

            stages[stage + 1] = (features, grid);
        }

        return stages;
    }

    private static IStageBlock Block(BackboneKind kind, string name, int channels, Random random) => kind == BackboneKind.Light
        ? new BasicBlock(name, channels, random)
        : new LargeKernelBlock(name, channels, random);
}
