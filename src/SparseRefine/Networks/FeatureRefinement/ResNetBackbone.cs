using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// ResNet-18: a 7x7 convolution of stride 2 as stem, 3x3 max pooling of stride 2, four stages of blocks, of which the later three begin with stride 2. As
/// the pretrained network was made, the last stage has one block more than the paper's. Inputs are relative to the mean color that the pretrained weights were learned with.
/// </summary>
internal sealed class ResNetBackbone : IBackbone
{
    /// <summary>Channels of stages 1 to 4.</summary>
    public static readonly IReadOnlyList<int> Channels = [64, 128, 256, 512];

    private static readonly int[] BlocksPerStage = [2, 2, 2, 3];

    public ResNetBackbone(Random random)
    {
        int inputs = Channels[0];
        Stem = new ConvolutionUnit("stem", FeatureRefinementNetwork.PixelFloats, inputs, 7, 2, random, liveInputs: 3);
        var stages = new List<IReadOnlyList<ResNetBlock>>();
        for (int stage = 0; stage < Channels.Count; stage++)
        {
            var blocks = new List<ResNetBlock>();
            for (int block = 0; block < BlocksPerStage[stage]; block++)
            {
                bool isDown = stage > 0 && block == 0;
                blocks.Add(new ResNetBlock($"stage{stage + 1}.block{block + 1}", inputs, Channels[stage], isDown ? 2 : 1, random));
                inputs = Channels[stage];
            }

            stages.Add(blocks);
        }

        Stages = stages;
        Units = [Stem, .. stages.SelectMany(blocks => blocks).SelectMany(block => block.Units)];
        Parameters = [.. Units.SelectMany(unit => unit.Parameters)];
    }

    public IReadOnlyList<float> Mean { get; } = [123.15f, 115.90f, 103.06f];

    public ConvolutionUnit Stem { get; }

    /// <summary>The blocks of each stage.</summary>
    public IReadOnlyList<IReadOnlyList<ResNetBlock>> Stages { get; }

    /// <summary>All convolutions with their norms: the stem, then of each block the shortcut's, where there is one, the first and the second.</summary>
    public IReadOnlyList<ConvolutionUnit> Units { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public (Variable Features, GridShape Grid)[] Forward(Variable input, GridShape grid, Tape? tape, Workers workers)
    {
        Variable features = Stem.Forward(input, grid, true, null, tape, workers);
        grid = grid.Half;
        List<(Variable, GridShape)> outputs = [(features, grid)];
        features = MaxPool.Forward(features, grid, tape, workers);
        grid = grid.Half;
        foreach (IReadOnlyList<ResNetBlock> blocks in Stages)
        {
            foreach (ResNetBlock block in blocks)
            {
                features = block.Forward(features, grid, tape, workers);
                grid = block.First.Output(grid);
            }

            outputs.Add((features, grid));
        }

        return [.. outputs];
    }
}
