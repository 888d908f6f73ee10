using SparseRefine.Layers;

namespace SparseRefine.Training;

/// <summary>
/// Keeps the learned weight map sparse, photo by photo: L = weight * mean over photos of ((m - t) / t)^2, m being the photo's mean
/// activation and t the wanted share. The distance is taken relative to the share, so that one weight serves all shares.
/// </summary>
internal static class AreaPenalty
{
    /// <summary>Computes the penalty and adds its derivative to the gradient.</summary>
    /// <param name="activations">[photos x blocks, 1], photo by photo, each 0 to 1.</param>
    /// <param name="photos">Photos, at least 1.</param>
    /// <param name="share">t, above 0 and at most 1.</param>
    /// <param name="weight">Factor on the penalty and its gradient, 0 or more.</param>
    /// <returns>L.</returns>
    /// <exception cref="ArgumentException">Rows that are no multiple of the photos, or a share or weight out of range.</exception>
    public static double Apply(Variable activations, int photos, double share, double weight)
    {
        ArgumentNullException.ThrowIfNull(activations);
        ArgumentOutOfRangeException.ThrowIfLessThan(photos, 1);
        if (!(share > 0 && share <= 1) || !(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentException($"share, weight: expected above 0 and at most 1, and 0 or more, got {share} and {weight}");
        }

        if (activations.Rows % photos != 0 || activations.Rows == 0 || activations.Channels != 1)
        {
            throw new ArgumentException(
                $"activations: expected a multiple of {photos} rows of one value, got {activations.Rows}x{activations.Channels}", nameof(activations));
        }

        int blocks = activations.Rows / photos;
        double loss = 0;
        for (int photo = 0; photo < photos; photo++)
        {
            double mean = 0;
            foreach (float p in activations.Value.AsSpan(photo * blocks, blocks))
            {
                mean += p / (double)blocks;
            }

            double distance = (mean - share) / share;
            loss += weight * distance * distance / photos;
            float slope = (float)(2 * weight * distance / (share * blocks * photos));
            foreach (ref float gradient in activations.Gradient.AsSpan(photo * blocks, blocks))
            {
                gradient += slope;
            }
        }

        return loss;
    }
}
