namespace SparseRefine.MLNet;

/// <summary>The order of a score vector's axes.</summary>
public enum LogitLayout
{
    /// <summary>[classes, height, width], as PyTorch exports.</summary>
    ClassesFirst,

    /// <summary>[height, width, classes], as TensorFlow exports.</summary>
    ClassesLast,
}
