using SparseRefine.Metrics;

namespace SparseRefine.Training;

/// <summary>What a task answers on its validation photos.</summary>
/// <param name="Scores">A dense network's own answer; null where refiners are trained.</param>
/// <param name="ByDense">A refiner's answers for each dense model.</param>
/// <param name="Ensemblers">A refiner's answer with each ensembler, the dense answer first.</param>
internal sealed record TaskValidation(
    ConfusionMatrix? Scores, IReadOnlyList<RefinementEvaluation> ByDense, IReadOnlyList<EnsemblerScore> Ensemblers)
{
    public static TaskValidation Of(ConfusionMatrix scores) => new(scores, [], []);

    public static TaskValidation Of(RefinerValidation answers) => new(null, answers.ByDense, answers.Ensemblers);
}
