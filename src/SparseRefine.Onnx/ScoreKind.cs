namespace SparseRefine.Onnx;

/// <summary>What a model's scores mean.</summary>
public enum ScoreKind
{
    /// <summary>
    /// Decided from the graph where it tells: going back from the output over nodes that only move, cast, quantise, clip, pad or resize
    /// values, a Softmax or Sigmoid means probabilities; a Conv, ConvTranspose, Gemm, MatMul, BatchNormalization or
    /// LogSoftmax means logits. Anything else is decided run by run: probabilities if all values lie in [0, 1] within 1e-3 and every
    /// pixel's values add up to 1 within 1e-3 and what 8 bits round them by (0.5 / 255 a class; one channel needs no sum), logits if not.
    /// </summary>
    Auto,

    /// <summary>z, with p = softmax(z). Taken as they come.</summary>
    Logits,

    /// <summary>p, or scores that stand for it (Mask2Former's). Become z = ln(max(p, 1e-10)).</summary>
    Probabilities,
}
