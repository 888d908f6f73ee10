namespace SparseRefine.Ensemblers;

/// <summary>How the gate's output becomes the two weights.</summary>
public enum GateForm
{
    /// <summary>Two outputs, w = softmax (the official code).</summary>
    Softmax,

    /// <summary>One output, w1 = sigmoid, w2 = 1 - w1 (the paper's text).</summary>
    Sigmoid,
}
