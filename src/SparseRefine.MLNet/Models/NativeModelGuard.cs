using System.IO.Compression;
using SparseRefine.Persistence;

namespace SparseRefine.MLNet;

/// <summary>
/// Looks through a zip of ML.NET's within a model file before ML.NET does: what it unpacks to, zips within it too, counts towards the file's limit, and each model in it
/// must be of a known kind from a known assembly, because ML.NET loads whatever assembly a model names.
/// </summary>
/// <param name="file">The model file, which errors name.</param>
/// <param name="allowedAssemblies">Simple names of assemblies that the user vouches for.</param>
internal sealed class NativeModelGuard(ArchiveReader file, IEnumerable<string> allowedAssemblies)
{
    // A model of ML.NET's holds no zip; the few levels serve formats that may come.
    private const int MaxDepth = 3;

    private readonly HashSet<string> _allowed = new(allowedAssemblies, StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks one zip.</summary>
    /// <param name="zip">Its bytes.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="InvalidInputException">It unpacks to too much, or names what is not allowed.</exception>
    public void Check(byte[] zip, string name) => Check(zip, name, depth: 1);

    private static bool IsZip(ReadOnlySpan<byte> content) => content.StartsWith("PK\u0003\u0004"u8);

    private void Check(byte[] zip, string name, int depth)
    {
        if (depth > MaxDepth)
        {
            throw file.Invalid($"zips within zips at most {MaxDepth} deep", $"'{name}'");
        }

        using ZipArchive archive = Open(zip, name);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            string path = $"{name}/{entry.FullName}";
            byte[] content = file.Unpack(entry, path);
            CheckModels(content, path);
            if (IsZip(content))
            {
                Check(content, path, depth + 1);
            }
        }
    }

    private ZipArchive Open(byte[] zip, string name)
    {
        try
        {
            return new ZipArchive(new MemoryStream(zip, writable: false), ZipArchiveMode.Read);
        }
        catch (InvalidDataException e)
        {
            throw file.Invalid($"a zip of ML.NET's as '{name}'", $"a broken or foreign file ({ArchiveReader.FirstLine(e)})", e);
        }
    }

    // ML.NET reads models at the start of entries; one at another place is checked all the same, in case one of its loaders reads it there.
    private void CheckModels(ReadOnlySpan<byte> content, string path)
    {
        for (int at; (at = content.IndexOf(NativeModelHeader.Magic)) >= 0; content = content[(at + 1)..])
        {
            NativeModelHeader header;
            try
            {
                header = NativeModelHeader.Read(content[at..]);
            }
            catch (Exception e) when (e is ArgumentException or OverflowException)
            {
                throw file.Invalid($"a readable model of ML.NET's as '{path}'", "one whose header does not fit it", e);
            }

            Check(header, path);
        }
    }

    private void Check(NativeModelHeader header, string path)
    {
        bool isOwn = header.Assembly.Length > 0 && _allowed.Contains(SimpleName(header.Assembly));
        if (header.Assembly.Length > 0 && !isOwn && !NativeModelHeader.Assemblies.Contains(SimpleName(header.Assembly)))
        {
            throw NotAllowed("an assembly of ML.NET, or one in AllowedAssemblies", header.Assembly, path);
        }

        foreach (string signature in header.Signatures)
        {
            if (!isOwn && !NativeModelHeader.KnownSignatures.Contains(signature))
            {
                throw file.Invalid(
                    "transformers of ML.NET that are known to be safe, or of an assembly in AllowedAssemblies", $"'{signature}' in '{path}'");
            }
        }

        if (header.ContractAssembly is string contract && !_allowed.Contains(SimpleName(contract)))
        {
            throw NotAllowed("custom mappings of an assembly in AllowedAssemblies", contract, path);
        }
    }

    private InvalidInputException NotAllowed(string expected, string assembly, string path) => file.Invalid(expected, $"'{assembly.Trim()}' in '{path}'");

    // The name alone: the runtime resolves what stands for it among the program's own files.
    private static string SimpleName(string assembly) => assembly.Split(',', 2)[0].Trim();
}
