using SparseRefine.Images;

namespace SparseRefine.Onnx.Export;

/// <summary>A low-resolution map in the graph, to be read at pixels of a larger grid: rows [height x width, channels] of float32.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Height">[1].</param>
/// <param name="Width">[1].</param>
internal sealed record PixelMap(string Rows, string Height, string Width)
{
    /// <summary>Turns planes [channels, height, width] into rows.</summary>
    public static PixelMap OfPlanes(OnnxGraph graph, string planes, int channels)
    {
        string rows = graph.Transpose(graph.Reshape(planes, channels, -1), 1, 0);
        return new PixelMap(rows, graph.Size(planes, 1), graph.Size(planes, 2));
    }

    /// <summary>Reads the map at pixels.</summary>
    /// <param name="graph">Where nodes go.</param>
    /// <param name="pixels">The pixels.</param>
    /// <param name="mode">Nearest or bilinear.</param>
    /// <returns>[pixels, channels].</returns>
    public string Read(OnnxGraph graph, Pixels pixels, Interpolation mode)
    {
        AxisReading rows = AxisReading.Locate(graph, pixels.Y, Height, pixels.Height, mode);
        AxisReading columns = AxisReading.Locate(graph, pixels.X, Width, pixels.Width, mode);
        string top = graph.Mul(rows.First, Width);
        string At(string line, string column) => graph.Gather(Rows, graph.Add(line, column));
        if (rows.Second is null)
        {
            return At(top, columns.First);
        }

        string bottom = graph.Mul(rows.Second, Width);
        string right = graph.Unsqueeze(columns.Weight!, 1);
        string upper = AxisReading.Mix(graph, At(top, columns.First), At(top, columns.Second!), right);
        string lower = AxisReading.Mix(graph, At(bottom, columns.First), At(bottom, columns.Second!), right);
        return AxisReading.Mix(graph, upper, lower, graph.Unsqueeze(rows.Weight!, 1));
    }
}
