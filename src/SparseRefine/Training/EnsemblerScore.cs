using SparseRefine.Ensemblers;
using SparseRefine.Metrics;

namespace SparseRefine.Training;

/// <summary>One way to merge the two answers, judged on the validation photos after one epoch.</summary>
/// <param name="Ensembler">The way.</param>
/// <param name="Full">Its answer on whole validation photos, over all dense models.</param>
/// <param name="Gain">Its mean IoU less the dense answer's, -1 to 1.</param>
/// <param name="GainError">
/// Standard error of <paramref name="Gain"/> over the validation photos (jackknife: each photo left out in turn); 0 with a single photo.
/// </param>
public sealed record EnsemblerScore(EnsemblerKind Ensembler, ConfusionMatrix Full, double Gain, double GainError)
{
    /// <summary>
    /// What epochs and ensemblers are chosen by: the gain less its standard error. Above 0 the answer is better than the dense one, and by more than the choice of
    /// the validation photos explains.
    /// </summary>
    public double Surplus => Gain - GainError;

    /// <summary>As messages give it: <c>average 0.4421 (+0.0066 ± 0.0031)</c>.</summary>
    /// <returns>Ensembler, mean IoU, gain and its error.</returns>
    public override string ToString() => FormattableString.Invariant(
        $"{Ensembler.ToString().ToLowerInvariant()} {Full.MeanIoU:0.0000} ({Math.Round(Gain, 4) + 0.0:+0.0000;-0.0000} ± {GainError:0.0000})"); // + 0.0 takes the sign from a loss that rounds to 0.
}
