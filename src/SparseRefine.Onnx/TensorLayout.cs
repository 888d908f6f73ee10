namespace SparseRefine.Onnx;

/// <summary>Where the channels of an image input, or the classes of a score output, stand in a tensor of four axes.</summary>
public enum TensorLayout
{
    /// <summary>
    /// Found out. An input: the axis of size 3; where none or both are, what the graph does with it (a convolution, a transposition). An output: the order
    /// in which its planes have the input's proportions; where both have, the axis whose size the graph fixes, then the nodes before it, then an exact
    /// proportion. What stays ambiguous is refused by name.
    /// </summary>
    Auto,

    /// <summary>[N, channels, height, width], as PyTorch has it.</summary>
    ChannelsFirst,

    /// <summary>[N, height, width, channels], as TensorFlow and Keras have it.</summary>
    ChannelsLast,
}
