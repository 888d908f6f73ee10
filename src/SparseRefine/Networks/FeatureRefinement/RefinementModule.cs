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
                $"module.pool{stage + 1}", options.StageChannels[stage], 8 >> stage, options.Pooling == ContextPooling.Polyphase)),
        ];
        Fuse = new ConvolutionUnit("module.fuse", options.StageChannels.Sum(), options.StageChannels[3], 1, 1, random);
        NonLocal = new DisentangledNonLocal(
            "module.attention", options.StageChannels[3], options.HasPairwise, options.HasUnary, options.Temperature, random);
        Parameters = [.. Poolings.SelectMany(pooling => pooling.Parameters), .. Fuse.Parameters, .. NonLocal.Parameters];
    }

    public IReadOnlyList<PhasePooling> Poolings { get; }

    public ConvolutionUnit Fuse { get; }

    public DisentangledNonLocal NonLocal { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <param name="stages">The backbone's stem, which is not looked at, and stages.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads.</param>
    public Variable Forward((Variable Features, GridShape Grid)[] stages, Tape? tape, Workers workers)
    {
        Variable joined = Poolings[0].Forward(stages[1].Features, stages[1].Grid, tape, workers);
        for (int stage = 2; stage <= 3; stage++)
        {
            joined = Concatenate.Forward(
                joined, Poolings[stage - 1].Forward(stages[stage].Features, stages[stage].Grid, tape, workers), tape, workers);
        }

        joined = Concatenate.Forward(joined, stages[4].Features, tape, workers);
        GridShape grid = stages[4].Grid;
        return NonLocal.Forward(Fuse.Forward(joined, grid, true, null, tape, workers), grid, tape, workers);
    }
}
