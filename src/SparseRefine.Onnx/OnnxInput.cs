namespace SparseRefine.Onnx;

/// <summary>What comes into an exported graph.</summary>
public enum OnnxInput
{
    /// <summary><c>image</c>, uint8 [1, height, width, 3], red, green, blue: what decoders give.</summary>
    Image,

    /// <summary><c>pixels</c>, float32 [1, 3, height, width], red, green, blue of 0 to 255.</summary>
    Pixels,

    /// <summary><c>image</c> as above and <c>logits</c>, float32 [1, classes, h, w], for people who run the dense model themselves.</summary>
    ImageAndLogits,
}
