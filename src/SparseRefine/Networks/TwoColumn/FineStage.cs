using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// The units of one level and direction: reps times y = unit(x), or with residuals y = relu(norm(conv(unit(x))) + x).
/// </summary>
internal sealed class FineStage
{
    public FineStage(string name, int plane, int reps, bool hasResiduals, Random random)
    {
        HasResiduals = hasResiduals;
        Units = [.. Enumerable.Range(0, hasResiduals ? 2 * reps : reps).Select(i => new FineUnit($"{name}.unit{i}", plane, plane, 9, random))];
        Parameters = [.. Units.SelectMany(unit => unit.Parameters)];
    }

    public bool HasResiduals { get; }

    public FineUnit[] Units { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public Variable Forward(Variable x, in ConvolutionMaps maps, Tape? tape, Workers workers)
    {
        Variable start = x;
        for (int i = 0; i < Units.Length; i++)
        {
            bool isSecond = HasResiduals && i % 2 == 1;
            x = Units[i].Forward(x, maps, null, isSecond ? start : null, tape, workers);
            start = isSecond ? x : start;
        }

        return x;
    }

    public Folded Fold() => new([.. Units.Select(unit => unit.Fold())], HasResiduals);

    internal sealed record Folded(FineUnit.Folded[] Units, bool HasResiduals)
    {
        /// <summary>Runs all units.</summary>
        /// <param name="x">[rows, plane], an array of the pool, which goes back to it or becomes the result.</param>
        /// <param name="maps">The level's.</param>
        /// <param name="pool">Where buffers come from.</param>
        /// <param name="workers">Threads.</param>
        /// <returns>The pool's.</returns>
        public float[] Run(float[] x, in ConvolutionMaps maps, BufferPool pool, Workers workers)
        {
            for (int i = 0; i < Units.Length; i++)
            {
                float[] y = pool.Rent<float>(maps.OutputRows * Units[i].Weights.Outputs);
                Units[i].Run(x, maps, y, null, workers);
                if (HasResiduals)
                {
                    // The sum is written over the shortcut x: a row of the sum needs the same row of x only.
                    Units[++i].Run(y, maps, x, x, workers);
                    pool.Return(y);
                }
                else
                {
                    pool.Return(x);
                    x = y;
                }
            }

            return x;
        }
    }
}
