namespace SparseRefine.Gpu;

/// <summary>A model of the table, as its folder says: <c>subject.json</c> beside the graphs, which are <c>STAGE-float32.onnx</c> and <c>STAGE-float16.onnx</c>, and <c>photo.rgb</c>.</summary>
/// <param name="Name">The architecture.</param>
/// <param name="Height">Rows of the photo.</param>
/// <param name="Width">Columns of the photo.</param>
/// <param name="Density">Share of the pixels that are refined.</param>
/// <param name="Scores">The output of the graph of <see cref="Stage.Dense"/>.</param>
/// <param name="Classes">Number of classes.</param>
internal sealed record Subject(string Name, int Height, int Width, double Density, string Scores, int Classes);
