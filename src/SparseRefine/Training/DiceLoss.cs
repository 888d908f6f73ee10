using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>
/// Soft Dice loss over labelled rows. With p = softmax(z), g the one-hot labels and sums over the rows that are not ignored,
/// D_c = (2 sum_i p_ic g_ic + 1) / (sum_i p_ic + sum_i g_ic + 1) and L = scale * sum_c w_c (1 - D_c) / sum_c w_c, where c
/// runs over the classes that occur among the labels: an absent class says nothing about overlap.
/// </summary>
internal static class DiceLoss
{
    private const double Smooth = 1;

    /// <summary>
    /// Computes the loss and adds its derivative to the gradient: dL/dz_ic = p_ic (q_ic - sum_k p_ik q_ik) with
    /// q_ic = dL/dp_ic = -scale w_c / sum w * (2 g_ic - D_c) / (sum_i p_ic + sum_i g_ic + 1).
    /// </summary>
    /// <param name="logits">[n, C]; its gradient is added to where it needs one. NaN logits give a NaN loss and gradient.</param>
    /// <param name="labels">n class indices, each below C or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">Label of rows that do not count, whether or not it is below C.</param>
    /// <param name="classWeights">One weight a class, at least 0; null means 1 each.</param>
    /// <param name="scale">Factor on the loss and its gradient.</param>
    /// <param name="workers">Threads; null means one. The result is the same for any number.</param>
    /// <returns>L, from 0 to scale; 0, with no gradient, where no row counts or all weights of classes that occur are 0.</returns>
    /// <exception cref="ArgumentException">As for <see cref="CrossEntropy.Apply"/>.</exception>
    public static double Apply(
        Variable logits,
        byte[] labels,
        byte ignoreIndex = Images.LabelMap.DefaultIgnoreIndex,
        float[]? classWeights = null,
        float scale = 1,
        Workers? workers = null)
    {
        LossRows.Validate(logits, labels, ignoreIndex, classWeights, scale);
        workers ??= new Workers(1);
        int classes = logits.Channels;
        (double[] overlap, double[] predicted, double[] labelled) = Sum(logits, labels, ignoreIndex, workers);

        double weightSum = 0;
        for (int c = 0; c < classes; c++)
        {
            weightSum += labelled[c] > 0 ? Weight(classWeights, c) : 0;
        }

        if (weightSum == 0)
        {
            return 0;
        }

        double loss = 0;
        float[] whereTrue = new float[classes];
        float[] whereFalse = new float[classes];
        for (int c = 0; c < classes; c++)
        {
            if (labelled[c] > 0)
            {
                double share = scale * Weight(classWeights, c) / weightSum;
                double denominator = predicted[c] + labelled[c] + Smooth;
                double dice = ((2 * overlap[c]) + Smooth) / denominator;
                loss += share * (1 - dice);
                whereTrue[c] = (float)(-share * (2 - dice) / denominator);
                whereFalse[c] = (float)(share * dice / denominator);
            }
        }

        if (logits.NeedsGradient)
        {
            AddGradient(logits, labels, ignoreIndex, whereTrue, whereFalse, workers);
        }

        return loss;
    }

    private static float Weight(float[]? classWeights, int c) => classWeights is null ? 1 : classWeights[c];

    private static (double[] Overlap, double[] Predicted, double[] Labelled) Sum(
        Variable logits, byte[] labels, byte ignoreIndex, Workers workers)
    {
        int classes = logits.Channels;
        int blocks = Workers.BlockCount(logits.Rows, LossRows.BlockSize);
        double[] partials = new double[blocks * 3 * classes];
        workers.For(logits.Rows, LossRows.BlockSize, (block, start, end) =>
        {
            using LossRows.Block softmax = LossRows.Softmax(logits, start, end);
            Span<double> overlap = partials.AsSpan(block * 3 * classes, classes);
            Span<double> predicted = partials.AsSpan(((block * 3) + 1) * classes, classes);
            Span<double> labelled = partials.AsSpan(((block * 3) + 2) * classes, classes);
            for (int row = start; row < end; row++)
            {
                byte label = labels[row];
                if (label == ignoreIndex)
                {
                    continue;
                }

                ReadOnlySpan<float> p = softmax.Row(row - start);
                for (int c = 0; c < p.Length; c++)
                {
                    predicted[c] += p[c];
                }

                overlap[label] += p[label];
                labelled[label]++;
            }
        });

        double[] sums = new double[3 * classes];
        for (int i = 0; i < partials.Length; i++)
        {
            sums[i % sums.Length] += partials[i];
        }

        return (sums[..classes], sums[classes..(2 * classes)], sums[(2 * classes)..]);
    }

    private static void AddGradient(
        Variable logits,
        byte[] labels,
        byte ignoreIndex,
        float[] whereTrue,
        float[] whereFalse,
        Workers workers)
    {
        int classes = logits.Channels;
        float[] gradient = logits.Gradient;
        workers.For(logits.Rows, LossRows.BlockSize, (_, start, end) =>
        {
            // The softmax is computed a second time, which costs less than the memory to keep it would.
            using LossRows.Block softmax = LossRows.Softmax(logits, start, end);
            for (int row = start; row < end; row++)
            {
                byte label = labels[row];
                if (label == ignoreIndex)
                {
                    continue;
                }

                ReadOnlySpan<float> p = softmax.Row(row - start);
                Span<float> g = gradient.AsSpan(row * classes, classes);
                float mean = 0;
                for (int c = 0; c < p.Length; c++)
                {
                    mean += p[c] * (c == label ? whereTrue[c] : whereFalse[c]);
                }

                for (int c = 0; c < p.Length; c++)
                {
                    g[c] += p[c] * ((c == label ? whereTrue[c] : whereFalse[c]) - mean);
                }
            }
        });
    }
}
