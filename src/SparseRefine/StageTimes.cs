namespace SparseRefine;

/// <summary>
/// Milliseconds that a photo spent in each <see cref="Stage"/>, waiting in queues not included; 0 for a stage that did not run. Stages of different
/// photos overlap, so the sum over a job is more than the job's time.
/// </summary>
public readonly record struct StageTimes
{
    /// <summary>Reading, checking and decoding the file.</summary>
    public double Decode { get; init; }

    /// <summary>The dense model.</summary>
    public double Dense { get; init; }

    /// <summary>Selecting pixels, and the dense labels of all pixels.</summary>
    public double Select { get; init; }

    /// <summary>Features, kernel maps and the sparse network.</summary>
    public double Extract { get; init; }

    /// <summary>Merging, and the labels of the selected pixels.</summary>
    public double Ensemble { get; init; }

    /// <summary>Encoding, hashing and making the files durable.</summary>
    public double Encode { get; init; }

    /// <summary>All stages together, to the nanosecond, so that times of three digits have a sum of three.</summary>
    public double Total => Math.Round(Decode + Dense + Select + Extract + Ensemble + Encode, 6);

    /// <summary>The time of one stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <exception cref="ArgumentOutOfRangeException">No stage.</exception>
    public double this[Stage stage] => stage switch
    {
        Stage.Decode => Decode,
        Stage.Dense => Dense,
        Stage.Select => Select,
        Stage.Extract => Extract,
        Stage.Ensemble => Ensemble,
        Stage.Encode => Encode,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "stage: expected one of the six stages"),
    };

    /// <summary>Stage by stage.</summary>
    /// <param name="a">A photo's times.</param>
    /// <param name="b">Another photo's times, or those of other stages.</param>
    public static StageTimes operator +(StageTimes a, StageTimes b) => Of(stage => a[stage] + b[stage]);

    /// <summary>Every stage over a number, as for a mean.</summary>
    /// <param name="times">A sum.</param>
    /// <param name="divisor">The number.</param>
    public static StageTimes operator /(StageTimes times, double divisor) => Of(stage => times[stage] / divisor);

    /// <summary>Times that a function tells.</summary>
    /// <param name="milliseconds">Gives the time of a stage.</param>
    /// <returns>The times of all stages.</returns>
    public static StageTimes Of(Func<Stage, double> milliseconds)
    {
        ArgumentNullException.ThrowIfNull(milliseconds);
        return new StageTimes
        {
            Decode = milliseconds(Stage.Decode),
            Dense = milliseconds(Stage.Dense),
            Select = milliseconds(Stage.Select),
            Extract = milliseconds(Stage.Extract),
            Ensemble = milliseconds(Stage.Ensemble),
            Encode = milliseconds(Stage.Encode),
        };
    }
}
