using System.Globalization;
using Google.Protobuf;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Graphs;

/// <summary>
/// Weights that an ONNX file keeps in other files ("external data"). A location is read relative to the folder of the model's file and must stay in it: a
/// model from anywhere must not make this process read files of the machine.
/// </summary>
internal static class ExternalWeights
{
    /// <summary>Bytes of weights that are read into a model: a message of protobuf holds less than 2 GB, graph included.</summary>
    public const long MaxEmbedded = 2_000_000_000;

    /// <summary>Every tensor of a model whose values lie in another file: initializers, attributes of nodes, subgraphs, functions, sparse ones.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<TensorProto> Of(ModelProto model) =>
        Of(model.Graph)
            .Concat(model.TrainingInfo.SelectMany(t => Of(t.Initialization).Concat(Of(t.Algorithm))))
            .Concat(model.Functions.SelectMany(f => f.Node.SelectMany(n => n.Attribute).Concat(f.AttributeProto).SelectMany(Of)))
            .Where(t => t.DataLocation == TensorProto.Types.DataLocation.External);

    /// <summary>The file that a tensor names; empty where it names none.</summary>
    public static string Location(TensorProto tensor) => Entry(tensor, "location") ?? "";

    /// <summary>Reads the weights that lie in other files into the model.</summary>
    /// <param name="model">The model, whose external tensors become ordinary ones.</param>
    /// <param name="path">Its file.</param>
    /// <param name="most">Bytes that are read; where there are more, all stay where they are.</param>
    /// <returns>Whether something was read.</returns>
    /// <exception cref="InvalidInputException">A file that is missing, too short, none or outside the model's folder, or a size that does not fit the tensor.</exception>
    public static bool Embed(ModelProto model, string path, long most)
    {
        var found = Of(model).Select(tensor => (Tensor: tensor, Part: Find(tensor, path))).ToList();
        if (found.Count == 0 || found.Sum(t => (double)t.Part.Length) > most)
        {
            return false;
        }

        foreach ((TensorProto tensor, (string file, long offset, long length)) in found)
        {
            byte[] bytes = new byte[length];
            if (length > 0)
            {
                using FileStream stream = File.OpenRead(file);
                stream.Position = offset;
                stream.ReadExactly(bytes);
            }

            tensor.RawData = UnsafeByteOperations.UnsafeWrap(bytes);
            tensor.ExternalData.Clear();
            tensor.ClearDataLocation();
        }

        return true;
    }

    /// <summary>The weights of a tensor whose values lie in another file.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="path">The model's file.</param>
    /// <returns>The file at the weights' first byte, which the caller disposes, and their length in bytes.</returns>
    /// <exception cref="InvalidInputException">As for <see cref="Embed"/>.</exception>
    public static (FileStream Stream, long Length) Open(TensorProto tensor, string path)
    {
        (string file, long offset, long length) = Find(tensor, path);
        FileStream stream = File.OpenRead(file);
        stream.Position = offset;
        return (stream, length);
    }

    private static IEnumerable<TensorProto> Of(GraphProto? graph) => graph is null
        ? []
        : graph.Initializer
            .Concat(graph.SparseInitializer.SelectMany(Of))
            .Concat(graph.Node.SelectMany(n => n.Attribute).SelectMany(Of));

    // Protobuf refuses messages that nest deeper than 100, so the recursion through subgraphs ends.
    private static IEnumerable<TensorProto> Of(AttributeProto attribute) =>
        attribute.Tensors
            .Concat(attribute.T is TensorProto tensor ? [tensor] : [])
            .Concat(Of(attribute.SparseTensor))
            .Concat(attribute.SparseTensors.SelectMany(Of))
            .Concat(Of(attribute.G))
            .Concat(attribute.Graphs.SelectMany(Of));

    private static IEnumerable<TensorProto> Of(SparseTensorProto? sparse) =>
        new[] { sparse?.Values, sparse?.Indices }.OfType<TensorProto>();

    private static (string File, long Offset, long Length) Find(TensorProto tensor, string path)
    {
        string location = Location(tensor);
        string model = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(model)!;
        InvalidInputException Unfit(string expected, string got) => new($"{path}: tensor '{tensor.Name}'", expected, got);
        if (location.Length == 0 || Path.IsPathRooted(location) || location.Contains('\0'))
        {
            throw Unfit("its weights in a file of the model's folder", $"'{location}'");
        }

        string file = Path.GetFullPath(Path.Combine(folder, location));
        if (Resolve(file) is not string real)
        {
            throw Unfit("its weights in a file beside the model", $"'{location}', which is not there");
        }

        // Download caches keep a folder of links into one store: where the model itself is a link, its weights may lie beside what it links to.
        string[] homes = [Resolve(folder) ?? folder, Path.GetDirectoryName(Resolve(model) ?? model)!];
        if (!IsIn(file, folder) || !homes.Any(home => IsIn(real, home)))
        {
            throw Unfit("its weights in a file of the model's folder", $"'{location}', which leads out of it");
        }

        long offset = Number(tensor, "offset") ?? 0;
        long length = Number(tensor, "length") ?? -1;
        long size = new FileInfo(real).Length;
        length = length < 0 ? size - offset : length;
        return offset >= 0 && length >= 0 && offset <= size - length
            ? (real, offset, length)
            : throw Unfit($"{length} bytes from byte {offset} of '{location}'", $"a file of {size} bytes");
    }

    private static bool IsIn(string file, string folder) =>
        file.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path without links in any of its parts; null where nothing is there.</summary>
    private static string? Resolve(string path)
    {
        string? parent = Path.GetDirectoryName(path);
        string whole = parent is null ? path : Path.Combine(Resolve(parent) ?? parent, Path.GetFileName(path));
        FileSystemInfo info = Directory.Exists(whole) ? new DirectoryInfo(whole) : new FileInfo(whole);
        if (info.LinkTarget is null)
        {
            return info.Exists ? whole : null;
        }

        // A link may lead into a folder that is reached through links, too. The system has ended loops by itself.
        return info.ResolveLinkTarget(returnFinalTarget: true) is { Exists: true } target ? Resolve(target.FullName) : null;
    }

    private static long? Number(TensorProto tensor, string key) => Entry(tensor, key) is string text
        ? long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : -2
        : null;

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;
}
