namespace SparseRefine.Onnx.Export;

/// <summary>The photo as it comes into the graph: bytes [1, height, width, 3], or floats [1, 3, height, width] of 0 to 255; red, green, blue.</summary>
internal sealed class PhotoGraph
{
    private readonly bool _isBytes;
    private readonly string _flat;

    public PhotoGraph(OnnxGraph graph, OnnxExportOptions options)
    {
        _isBytes = options.Input != OnnxInput.Pixels;
        Name = _isBytes ? "image" : "pixels";
        (long?, string) height = (options.Height, "height");
        (long?, string) width = (options.Width, "width");
        if (_isBytes)
        {
            graph.Declare(true, Name, OnnxGraph.UInt8, (1, ""), height, width, (3, ""));
        }
        else
        {
            graph.Declare(true, Name, OnnxGraph.Float, (1, ""), (3, ""), height, width);
        }

        // The reshape fails for a photo of another number of channels where the runtime does not check the input itself.
        Height = options.Height is int rows ? graph.Integers(rows) : graph.Size(Name, _isBytes ? 1 : 2);
        Width = options.Width is int columns ? graph.Integers(columns) : graph.Size(Name, _isBytes ? 2 : 3);
        Pixels = graph.Mul(Height, Width);
        _flat = _isBytes ? graph.Reshape(Name, -1, 3) : graph.Reshape(Name, 3, -1);
    }

    /// <summary>The input.</summary>
    public string Name { get; }

    /// <summary>[1].</summary>
    public string Height { get; }

    /// <summary>[1].</summary>
    public string Width { get; }

    /// <summary>Height x width, [1].</summary>
    public string Pixels { get; }

    /// <summary>The colors of pixels, [pixels, 3] of float32, 0 to 255.</summary>
    public string Colors(OnnxGraph graph, Pixels pixels) => _isBytes
        ? graph.Cast(graph.Gather(_flat, pixels.Indices), OnnxGraph.Float)
        : graph.Transpose(graph.Gather(_flat, pixels.Indices, 1), 1, 0);

    /// <summary>The photo resized, [3, rows, columns] of float32, 0 to 255: rows first, as a product with their weights, then columns.</summary>
    public string Resize(OnnxGraph graph, ResizeAxis rows, ResizeAxis columns)
    {
        if (_isBytes)
        {
            string lines = graph.Reshape(Name, graph.Concat(0, Height, graph.Mul(Width, graph.Integers(3))));
            string taps = graph.Cast(graph.Gather(lines, rows.Indices), OnnxGraph.Float);
            string mixed = graph.MatMul(graph.Unsqueeze(rows.Weights, 1), taps);
            string resized = graph.Reshape(mixed, graph.Concat(0, rows.Target, Width, graph.Integers(3)));
            string across = graph.Mul(graph.Gather(resized, columns.Indices, 1), graph.Unsqueeze(columns.Weights, 2));
            return graph.Transpose(graph.ReduceSum(across, 2), 2, 0, 1);
        }

        string planes = graph.Reshape(Name, graph.Concat(0, graph.Integers(3), Height, Width));
        string summed = graph.MatMul(graph.Unsqueeze(rows.Weights, 1), graph.Gather(planes, rows.Indices, 1));
        string narrow = graph.Reshape(summed, graph.Concat(0, graph.Integers(3), rows.Target, Width));
        return graph.ReduceSum(graph.Mul(graph.Gather(narrow, columns.Indices, 2), columns.Weights), 3);
    }
}
