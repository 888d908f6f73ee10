namespace SparseRefine.Onnx;

/// <summary>What an exported graph gives beside <c>labels</c>, uint8 [1, height, width].</summary>
[Flags]
public enum OnnxOutputs
{
    /// <summary>Labels alone.</summary>
    None = 0,

    /// <summary><c>dense_labels</c>, uint8 [1, height, width]: the dense model's answer at the photo's size.</summary>
    DenseLabels = 1,

    /// <summary><c>mask</c>, uint8 [1, height, width]: 1 where a pixel was refined.</summary>
    Mask = 2,

    /// <summary><c>entropy</c>, float32 [1, height, width]: that of the dense model's answer, in nats.</summary>
    Entropy = 4,

    /// <summary><c>max_score</c>, float32 [1, height, width]: the probability, softmax of the answer's scores, of the class in <c>labels</c>.</summary>
    MaxScore = 8,

    /// <summary><c>selected_pixels</c>, int64 [1]: how many pixels were refined.</summary>
    SelectedPixels = 16,
}
