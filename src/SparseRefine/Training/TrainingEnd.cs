namespace SparseRefine.Training;

/// <summary>Why a training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All epochs were made.</summary>
    Finished,

    /// <summary>No better answer for as many epochs as the options' patience allows.</summary>
    StoppedEarly,

    /// <summary>The cancellation token asked for it.</summary>
    Cancelled,

    /// <summary>A loss or a gradient was no finite number.</summary>
    Diverged,
}
