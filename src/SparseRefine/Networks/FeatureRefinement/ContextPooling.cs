namespace SparseRefine.Networks;

/// <summary>How stages 1 to 3 are brought to the resolution of stage 4.</summary>
public enum ContextPooling
{
    /// <summary>The mean of each window.</summary>
    Average,

    /// <summary>
    /// A learned weighted sum of each window's pixels (its polyphase components), one weight a channel and phase, starting from the mean. The
    /// paper names polyphase pooling without a formula; this is the simplest that contains the mean and can also prefer a phase.
    /// </summary>
    Polyphase,
}
