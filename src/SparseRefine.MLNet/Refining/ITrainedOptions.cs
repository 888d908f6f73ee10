using Microsoft.ML;
using SparseRefine.Training;

namespace SparseRefine.MLNet;

/// <summary>
/// What the options of all our trainers have in common; <see cref="RefinementTrainerOptions"/> documents it. An interface, because the options of
/// refiners and of dense models derive from the engine's, each from its own kind.
/// </summary>
internal interface ITrainedOptions
{
    int Epochs { get; }

    long CacheBytes { get; }

    string LabelColumnName { get; }

    IDataView? ValidationSet { get; }

    double? ValidationFraction { get; }

    string? SamplingKeyColumnName { get; }

    Action<EpochReport>? MetricsCallback { get; }

    Action<StepReport>? StepCallback { get; }

    CancellationToken CancellationToken { get; }

    bool KeepBestOnCancel { get; }

    string? WorkspacePath { get; }

    static double? Fraction(double? value) => Checked.That(
        value, value is null or (> 0 and < 1), "a value above 0 and below 1", nameof(ValidationFraction));
}
