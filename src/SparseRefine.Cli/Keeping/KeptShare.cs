namespace SparseRefine.Cli.Keeping;

/// <summary>
/// How much of a teacher's advantage is to be kept. Scores are mIoU on the validation photos: by the labels of photos that have some, and by the teacher's answer on the others, so that
/// without labels the teacher's own score is 1 and what is kept is agreement.
/// </summary>
/// <param name="Wanted">The share to keep, above 0 and at most 1.</param>
/// <param name="Dense">Score of the cheapest dense answer, which keeps nothing.</param>
/// <param name="Teacher">Score of the teacher, which keeps all.</param>
internal sealed record KeptShare(double Wanted, double Dense, double Teacher)
{
    /// <summary>Checks that there is something to keep.</summary>
    /// <exception cref="InvalidInputException">A teacher that is no better than the cheapest dense answer.</exception>
    public KeptShare Checked() => Teacher > Dense ? this : throw new InvalidInputException(
        "--keep",
        FormattableString.Invariant($"a teacher that is better on these photos than the cheapest dense answer, mIoU {Dense:0.0000}"),
        FormattableString.Invariant($"{Teacher:0.0000}"));

    /// <summary>The share that an answer keeps: below 0 where it is worse than the cheapest dense one, above 1 where it is better than the teacher.</summary>
    /// <param name="score">Its score.</param>
    public double Of(double score) => (score - Dense) / (Teacher - Dense);

    /// <summary>Whether an answer keeps enough.</summary>
    /// <param name="score">Its score.</param>
    public bool Holds(double score) => Of(score) >= Wanted;

    /// <summary>A share in words.</summary>
    /// <param name="share">The share.</param>
    public static string Text(double share) => FormattableString.Invariant($"{100 * share:0.#} %");

    /// <summary>Both ends and what is wanted, in words.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"mIoU {Dense:0.0000} of the cheapest dense answer, {Teacher:0.0000} of the teacher: {Text(Wanted)} of the way is {Dense + (Wanted * (Teacher - Dense)):0.0000}");
}
