using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>
/// Softmax cross-entropy over labelled rows. With p = softmax(z), y the label and w the class weight,
/// L = scale * sum_i w[y_i] * -ln p_i[y_i] / sum_i w[y_i], sums over the rows that are not ignored.
/// </summary>
internal static class CrossEntropy
{
    /// <summary>
    /// Computes the loss and adds its derivative to the gradient: dL/dz_ic = scale * w[y_i] * (p_ic - [c = y_i]) / sum w.
    /// </summary>
    /// <param name="logits">[n, C]; its gradient is added to where it needs one. NaN logits give a NaN loss and gradient.</param>
    /// <param name="labels">n class indices, each below C or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">Label of rows that do not count, whether or not it is below C.</param>
    /// <param name="classWeights">One weight a class, at least 0; null means 1 each.</param>
    /// <param name="scale">Factor on the loss and its gradient.</param>
    /// <param name="workers">Threads; null means one. The result is the same for any number.</param>
    /// <returns>L in nats; 0, with no gradient, where no row counts or all weights of those that do are 0.</returns>
    /// <exception cref="ArgumentException">
    /// Another number of labels than rows or of weights than classes, a label out of range, a weight below 0 or not
    /// finite, a scale that is not finite.
    /// </exception>
    public static double Apply(
        Variable logits,
        byte[] labels,
        byte ignoreIndex = Images.LabelMap.DefaultIgnoreIndex,
        float[]? classWeights = null,
        float scale = 1,
        Workers? workers = null)
    {
        LossRows.Validate(logits, labels, ignoreIndex, classWeights, scale);
        double weightSum = 0;
        foreach (byte label in labels)
        {
            weightSum += label == ignoreIndex ? 0 : classWeights is null ? 1 : classWeights[label];
        }

        if (weightSum == 0)
        {
            return 0;
        }

        int classes = logits.Channels;
        double factor = scale / weightSum;
        double[] partials = new double[Workers.BlockCount(logits.Rows, LossRows.BlockSize)];
        float[]? gradient = logits.NeedsGradient ? logits.Gradient : null;
        (workers ?? new Workers(1)).For(logits.Rows, LossRows.BlockSize, (block, start, end) =>
        {
            using LossRows.Block softmax = LossRows.Softmax(logits, start, end);
            double sum = 0;
            for (int row = start; row < end; row++)
            {
                byte label = labels[row];
                if (label == ignoreIndex)
                {
                    continue;
                }

                float weight = classWeights is null ? 1 : classWeights[label];
                sum += weight * (softmax.LogSums[row - start] - logits.Value[(row * classes) + label]);
                if (gradient is not null)
                {
                    float rowFactor = (float)(factor * weight);
                    ReadOnlySpan<float> p = softmax.Row(row - start);
                    Span<float> g = gradient.AsSpan(row * classes, classes);
                    for (int c = 0; c < p.Length; c++)
                    {
                        g[c] += rowFactor * (c == label ? p[c] - 1 : p[c]);
                    }
                }
            }

            partials[block] = sum;
        });
        return factor * partials.Sum();
    }

    /// <summary>
    /// The same against targets t that are probabilities: L = scale * sum_ic w[c] t_ic * -ln p_ic / sum_ic w[c] t_ic, with
    /// dL/dz_ic = scale * (p_ic sum_k w[k] t_ik - w[c] t_ic) / sum w t. With targets of 0 and 1 it is the loss above.
    /// </summary>
    /// <param name="logits">[n, C]; its gradient is added to where it needs one. NaN logits give a NaN loss and gradient.</param>
    /// <param name="labels">n class indices: only whether a row counts is read from them.</param>
    /// <param name="targets">[n, C], each row adding up to 1; rows that do not count are not read.</param>
    /// <param name="ignoreIndex">Label of rows that do not count.</param>
    /// <param name="classWeights">One weight a class, at least 0; null means 1 each.</param>
    /// <param name="scale">Factor on the loss and its gradient.</param>
    /// <param name="workers">Threads; null means one. The result is the same for any number.</param>
    /// <returns>L in nats; 0, with no gradient, where no row counts or all weights of those that do are 0.</returns>
    /// <exception cref="ArgumentException">As above, or targets of another shape than the logits.</exception>
    public static double ApplySoft(
        Variable logits,
        byte[] labels,
        Variable targets,
        byte ignoreIndex = Images.LabelMap.DefaultIgnoreIndex,
        float[]? classWeights = null,
        float scale = 1,
        Workers? workers = null)
    {
        LossRows.Validate(logits, labels, ignoreIndex, classWeights, scale);
        if ((targets.Rows, targets.Channels) != (logits.Rows, logits.Channels))
        {
            throw new ArgumentException($"targets: expected {logits.Rows}x{logits.Channels}, got {targets.Rows}x{targets.Channels}", nameof(targets));
        }

        int classes = logits.Channels;
        double Weight(int row)
        {
            ReadOnlySpan<float> t = targets.Value.AsSpan(row * classes, classes);
            double sum = 0;
            for (int c = 0; c < t.Length; c++)
            {
                sum += (classWeights is null ? 1 : classWeights[c]) * t[c];
            }

            return sum;
        }

        double weightSum = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            weightSum += labels[row] == ignoreIndex ? 0 : Weight(row);
        }

        if (weightSum == 0)
        {
            return 0;
        }

        double factor = scale / weightSum;
        double[] partials = new double[Workers.BlockCount(logits.Rows, LossRows.BlockSize)];
        float[]? gradient = logits.NeedsGradient ? logits.Gradient : null;
        (workers ?? new Workers(1)).For(logits.Rows, LossRows.BlockSize, (block, start, end) =>
        {
            using LossRows.Block softmax = LossRows.Softmax(logits, start, end);
            double sum = 0;
            for (int row = start; row < end; row++)
            {
                if (labels[row] == ignoreIndex)
                {
                    continue;
                }

                double rowWeight = Weight(row);
                ReadOnlySpan<float> z = logits.Value.AsSpan(row * classes, classes);
                ReadOnlySpan<float> t = targets.Value.AsSpan(row * classes, classes);
                sum += rowWeight * softmax.LogSums[row - start];
                for (int c = 0; c < t.Length; c++)
                {
                    sum -= (classWeights is null ? 1.0 : classWeights[c]) * t[c] * z[c];
                }

                if (gradient is not null)
                {
                    ReadOnlySpan<float> p = softmax.Row(row - start);
                    Span<float> g = gradient.AsSpan(row * classes, classes);
                    for (int c = 0; c < p.Length; c++)
                    {
                        g[c] += (float)(factor * ((rowWeight * p[c]) - ((classWeights is null ? 1 : classWeights[c]) * t[c])));
                    }
                }
            }

            partials[block] = sum;
        });
        return factor * partials.Sum();
    }
}
