using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Selectors;
using SparseRefine.Sites;

namespace SparseRefine.Networks;

/// <summary>
/// Coarse to fine: the scores of an active pixel are y = z + w f where the network corrects the dense scores z by f, and
/// y = z + w (s - z) where it gives scores s of its own; w is the activation of the pixel's block, or 1.
/// </summary>
internal static class Fusion
{
    private const int BlockRows = 4096;

    /// <summary>Inference: writes the scores y over the network's output.</summary>
    /// <param name="dense">[sites, classes]; the array may be longer.</param>
    /// <param name="output">[sites, classes]; the array may be longer.</param>
    /// <param name="sites">The pixels, of one photo.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="activation">Weights; null: 1.</param>
    /// <param name="corrects">Whether the output is f.</param>
    /// <param name="workers">Threads.</param>
    public static void Apply(
        float[] dense, float[] output, SiteSet sites, int classes, ActivationMap? activation, bool corrects, Workers workers) =>
        workers.For(sites.Count, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                (int y, int x) = Math.DivRem(sites.Indices[i], sites.Width);
                Row(
                    dense.AsSpan(i * classes, classes), output.AsSpan(i * classes, classes), activation?.At(y, x) ?? 1, corrects,
                    output.AsSpan(i * classes, classes));
            }
        });

    /// <summary>Training: y as a new variable, with gradients for the network's output and for the weights w.</summary>
    /// <param name="dense">[sites, classes].</param>
    /// <param name="output">[sites, classes].</param>
    /// <param name="weights">[blocks, 1]; null: 1.</param>
    /// <param name="blocks">[sites]: the row of its weight; not read without weights.</param>
    /// <param name="corrects">Whether the output is f.</param>
    /// <param name="tape">Takes the backward step.</param>
    /// <param name="workers">Threads.</param>
    /// <returns>[sites, classes].</returns>
    public static Variable Forward(
        float[] dense, Variable output, Variable? weights, int[] blocks, bool corrects, Tape tape, Workers workers)
    {
        if (weights is null && !corrects)
        {
            return output;
        }

        int classes = output.Channels;
        Variable fused = Variable.Output(tape, output.Rows, classes);
        float[] values = fused.Value;
        workers.For(output.Rows, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                Row(
                    dense.AsSpan(i * classes, classes), output.Value.AsSpan(i * classes, classes), weights?.Value[blocks[i]] ?? 1, corrects,
                    values.AsSpan(i * classes, classes));
            }
        });
        tape.Record(fused, () => Backward(dense, output, weights, blocks, corrects, fused, tape.Workers));
        return fused;
    }

    private static void Row(ReadOnlySpan<float> dense, ReadOnlySpan<float> output, float weight, bool corrects, Span<float> target)
    {
        for (int c = 0; c < target.Length; c++)
        {
            target[c] = dense[c] + (weight * (corrects ? output[c] : output[c] - dense[c]));
        }
    }

    // dL/df = w dL/dy; dL/dw of a block = sum of f . dL/dy over its pixels, added in the order of the rows whatever the threads.
    private static void Backward(
        float[] dense, Variable output, Variable? weights, int[] blocks, bool corrects, Variable fused, Workers workers)
    {
        int classes = output.Channels;
        float[] gradient = fused.Gradient;
        float[] products = new float[weights is null ? 0 : output.Rows];
        float[] target = output.Gradient;
        workers.For(output.Rows, BlockRows, (_, start, end) =>
        {
            for (int i = start; i < end; i++)
            {
                float weight = weights?.Value[blocks[i]] ?? 1;
                float product = 0;
                for (int at = i * classes; at < (i + 1) * classes; at++)
                {
                    target[at] += weight * gradient[at];
                    product += gradient[at] * (corrects ? output.Value[at] : output.Value[at] - dense[at]);
                }

                if (weights is not null)
                {
                    products[i] = product;
                }
            }
        });
        if (weights is not null)
        {
            double[] sums = new double[weights.Rows];
            for (int i = 0; i < products.Length; i++)
            {
                sums[blocks[i]] += products[i];
            }

            for (int block = 0; block < sums.Length; block++)
            {
                weights.Gradient[block] += (float)sums[block];
            }
        }
    }
}
