using SparseRefine.Grids;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// The feature refinement module (Wang et al., arXiv 2412.08670): stages 1 to 3 pooled to 1/32 and joined with stage 4, brought back to stage
/// 4's channels by a 1x1 convolution (our reading: attention over all of them would cost more than the backbone), then the non-local block.
/// </summary>
internal sealed class RefinementModule
{
    public RefinementModule(FeatureRefinementOptions options, Random random)
    {
        Poolings =
        [
            .. Enumerable.Range(0, 3).Select(stage => new PhasePooling(
                $"module.pool{stage + 1}", options.Channels[stage], 8 >> stage, options.Pooling == ContextPooling.Polyphase)),
        ];
        Fuse = new ConvolutionUnit("module.fuse", options.Channels.Sum(), options.Channels[3], 1, 1, random);
        NonLocal = new DisentangledNonLocal(
            "module.attention", options.Channels[3], options.HasPairwise, options.HasUnary, options.Temperature, random);
        Parameters = [.. Poolings.SelectMany(pooling => pooling.Parameters), .. Fuse.Parameters, .. NonLocal.Parameters];
    }

    public IReadOnlyList<PhasePooling> Poolings { get; }

    public ConvolutionUnit Fuse { get; }

    public DisentangledNonLocal NonLocal { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public Variable Forward((Variable Features, GridShape Grid)[] stages, Tape? tape, Workers workers)
    {
        Variable joined = Poolings[0].Forward(stages[0].Features, stages[0].Grid, tape, workers);
        for (int stage = 1; stage < 3; stage++)
        {
            joined = Concatenate.Forward(
                joined, Poolings[stage].Forward(stages[stage].Features, stages[stage].Grid, tape, workers), tape, workers);
        }

        joined = Concatenate.Forward(joined, stages[3].Features, tape, workers);
        GridShape grid = stages[3].Grid;
        return NonLocal.Forward(Fuse.Forward(joined, grid, true, null, tape, workers), grid, tape, workers);
    }
}
