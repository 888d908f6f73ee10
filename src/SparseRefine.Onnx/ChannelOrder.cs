namespace SparseRefine.Onnx;

/// <summary>The order in which a model expects the three color planes.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red.</summary>
    Bgr,
}
