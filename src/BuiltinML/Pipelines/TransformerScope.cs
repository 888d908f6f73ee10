namespace Microsoft.ML.Data;

/// <summary>When a part of a chain is used.</summary>
[Flags]
public enum TransformerScope
{
    /// <summary>Never.</summary>
    None = 0,

    /// <summary>While fitting.</summary>
    Training = 1,

    /// <summary>While testing.</summary>
    Testing = 2,

    /// <summary>While fitting and testing.</summary>
    TrainTest = Training | Testing,

    /// <summary>While scoring.</summary>
    Scoring = 4,

    /// <summary>Always.</summary>
    Everything = Training | Testing | Scoring,
}
