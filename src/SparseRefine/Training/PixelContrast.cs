using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>
/// Pixel-wise contrastive loss (Wang et al., arXiv 2101.11939; the paper of the refinement module names such a term without a formula). With
/// z_i the embedding scaled to unit length, s_ij = z_i . z_j / T, P_i the other pixels of i's class and N_i those of other classes:
/// L = scale * mean over i with P_i not empty of mean over p in P_i of -ln(exp s_ip / (exp s_ip + sum over n in N_i of exp s_in)).
/// </summary>
internal static class PixelContrast
{
    // Keeps embeddings of zeros finite.
    private const double SmallestSquare = 1e-12;

    /// <summary>Computes the loss and adds its derivative to the gradient.</summary>
    /// <param name="embeddings">[n, d]; a few hundred rows, for all pairs are compared.</param>
    /// <param name="labels">[n] classes.</param>
    /// <param name="temperature">T.</param>
    /// <param name="scale">Factor on the loss and its gradient.</param>
    /// <returns>L; 0 where no class has two pixels.</returns>
    public static double Apply(Variable embeddings, byte[] labels, double temperature, double scale)
    {
        int n = embeddings.Rows;
        int d = embeddings.Channels;
        double[] inverse = new double[n];
        double[] unit = new double[n * d];
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<float> row = embeddings.Value.AsSpan(i * d, d);
            double square = SmallestSquare;
            foreach (float value in row)
            {
                square += (double)value * value;
            }

            inverse[i] = 1 / Math.Sqrt(square);
            for (int c = 0; c < d; c++)
            {
                unit[(i * d) + c] = row[c] * inverse[i];
            }
        }

        int[] counts = new int[256];
        foreach (byte label in labels)
        {
            counts[label]++;
        }

        int anchors = labels.Count(label => counts[label] > 1);
        if (anchors == 0)
        {
            return 0;
        }

        double loss = 0;
        double[] unitGradient = new double[n * d];
        double[] products = new double[n];
        for (int i = 0; i < n; i++)
        {
            if (counts[labels[i]] > 1)
            {
                loss += Anchor(i, unit, labels, counts[labels[i]] - 1, temperature, scale / anchors, products, unitGradient);
            }
        }

        if (embeddings.NeedsGradient)
        {
            AddGradient(embeddings, unit, unitGradient, inverse);
        }

        return loss * scale / anchors;
    }

    private static double Anchor(
        int i, double[] unit, byte[] labels, int positives, double temperature, double scale, double[] products, double[] gradient)
    {
        int n = labels.Length;
        int d = unit.Length / n;
        double negatives = 0;
        for (int j = 0; j < n; j++)
        {
            double dot = 0;
            for (int c = 0; c < d; c++)
            {
                dot += unit[(i * d) + c] * unit[(j * d) + c];
            }

            products[j] = dot / temperature;
            negatives += labels[j] == labels[i] ? 0 : Math.Exp(products[j]);
        }

        double loss = 0;
        double share = 0;
        for (int p = 0; p < n; p++)
        {
            if (p != i && labels[p] == labels[i])
            {
                double own = Math.Exp(products[p]);
                loss += Math.Log(own + negatives) - products[p];
                share += 1 / (own + negatives);
            }
        }

        for (int j = 0; j < n; j++)
        {
            double slope = j == i ? 0
                : labels[j] == labels[i] ? (Math.Exp(products[j]) / (Math.Exp(products[j]) + negatives)) - 1
                : Math.Exp(products[j]) * share;
            slope *= scale / (positives * temperature);
            for (int c = 0; slope != 0 && c < d; c++)
            {
                gradient[(i * d) + c] += slope * unit[(j * d) + c];
                gradient[(j * d) + c] += slope * unit[(i * d) + c];
            }
        }

        return loss / positives;
    }

    // z = x / |x|: dx = (dz - z (z . dz)) / |x|.
    private static void AddGradient(Variable embeddings, double[] unit, double[] unitGradient, double[] inverse)
    {
        int d = embeddings.Channels;
        for (int i = 0; i < embeddings.Rows; i++)
        {
            double along = 0;
            for (int c = 0; c < d; c++)
            {
                along += unit[(i * d) + c] * unitGradient[(i * d) + c];
            }

            for (int c = 0; c < d; c++)
            {
                embeddings.Gradient[(i * d) + c] += (float)((unitGradient[(i * d) + c] - (unit[(i * d) + c] * along)) * inverse[i]);
            }
        }
    }
}
