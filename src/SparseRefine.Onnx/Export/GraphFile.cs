using Google.Protobuf;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using SparseRefine.Persistence;

namespace SparseRefine.Onnx.Export;

/// <summary>Writes graphs. A message of protobuf holds less than 2 GB: weights of more lie beside the graph, in a file of its name and <c>.data</c>.</summary>
internal static class GraphFile
{
    // Smaller tensors stay in the graph: constants of shapes, which tools look at.
    private const int LeastBytes = 1024;

    // ONNX Runtime maps weights into memory where they begin at a page.
    private const int Alignment = 4096;

    /// <summary>Whether the weights are too many for one message.</summary>
    public static bool IsLarge(ModelProto model, long most) =>
        model.Graph.Initializer.Sum(t => (double)t.RawData.Length) > most || ExternalWeights.Of(model).Any();

    /// <summary>Writes a graph, and the weights beside it where there are many; nothing stays of either where one fails.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="model">The graph. Its large weights are replaced by where they lie.</param>
    /// <param name="source">The file of the dense model, beside which its own weights may lie; null: they are in the graph.</param>
    /// <param name="most">Bytes of weights that the graph may hold.</param>
    public static void Write(string path, ModelProto model, string? source, long most = ExternalWeights.MaxEmbedded)
    {
        if (!IsLarge(model, most))
        {
            AtomicFile.Write(path, model.WriteTo);
            return;
        }

        using AtomicFile weights = AtomicFile.Create(path + ".data");
        using AtomicFile graph = AtomicFile.Create(path);
        MoveWeights(model, source, weights.Stream, Path.GetFileName(path) + ".data");
        model.WriteTo(graph.Stream);
        weights.Commit();
        graph.Commit();
    }

    private static void MoveWeights(ModelProto model, string? source, Stream target, string name)
    {
        HashSet<TensorProto> external = [.. ExternalWeights.Of(model)];
        foreach (TensorProto tensor in model.Graph.Initializer.Where(t => t.RawData.Length >= LeastBytes).Concat(external).Distinct())
        {
            target.Position = (target.Position + Alignment - 1) / Alignment * Alignment;
            long start = target.Position;
            if (external.Contains(tensor))
            {
                (FileStream stream, long length) = ExternalWeights.Open(tensor, source!);
                using (stream)
                {
                    Copy(stream, target, length);
                }
            }
            else
            {
                target.Write(tensor.RawData.Span);
            }

            tensor.ClearRawData();
            tensor.ExternalData.Clear();
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = name });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{start}" });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = $"{target.Position - start}" });
        }
    }

    private static void Copy(Stream source, Stream target, long length)
    {
        byte[] buffer = new byte[1 << 20];
        for (long left = length; left > 0;)
        {
            int count = (int)Math.Min(left, buffer.Length);
            source.ReadExactly(buffer, 0, count);
            target.Write(buffer, 0, count);
            left -= count;
        }
    }
}
