namespace SparseRefine.Onnx.Export;

/// <summary>Some pixels of a grid: int64 vectors of equal length.</summary>
/// <param name="Indices">y x width + x.</param>
/// <param name="Y">Rows.</param>
/// <param name="X">Columns.</param>
/// <param name="Height">Rows of the grid, [1].</param>
/// <param name="Width">Columns of the grid, [1].</param>
internal sealed record Pixels(string Indices, string Y, string X, string Height, string Width)
{
    public static Pixels Of(OnnxGraph graph, string indices, string height, string width)
    {
        string y = graph.Div(indices, width);
        return new Pixels(indices, y, graph.Sub(indices, graph.Mul(y, width)), height, width);
    }
}
