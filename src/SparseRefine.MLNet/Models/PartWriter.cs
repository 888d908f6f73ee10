using System.Text.Json.Nodes;
using SparseRefine.Layers;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>Takes a part's options and entries while a model file is written.</summary>
internal sealed class PartWriter(ArchiveWriter archive, int number, string kind)
{
    /// <summary>What the manifest says of the part.</summary>
    public JsonObject Options { get; } = [];

    /// <summary>Names of the part's entries in the archive, by the part's own names.</summary>
    public JsonObject Entries { get; } = [];

    public void AddEntry(string name, byte[] bytes)
    {
        string entry = $"parts/{number}-{kind}/{name}";
        Entries[name] = entry;
        archive.Add(entry, bytes);
    }

    public void AddWeights(string name, IReadOnlyList<Parameter> parameters)
    {
        using var stream = new MemoryStream();
        SafeTensors.Write(stream, parameters);
        AddEntry(name, stream.ToArray());
    }

    public void SetClasses(ClassList? classes)
    {
        if (classes is not null)
        {
            Options["classList"] = ClassColors.ToJson(classes);
        }
    }
}
