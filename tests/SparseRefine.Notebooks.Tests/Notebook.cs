using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SparseRefine.Notebooks.Tests;

/// <summary>A notebook file (nbformat 4).</summary>
internal sealed class Notebook
{
    /// <summary>Most bytes of a notebook with its outputs.</summary>
    public const long MaxBytes = 2_000_000;

    private static readonly JsonSerializerOptions Style = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const string ResultStart = "\n\nWhat comes out:\n\n";

    private static readonly Regex Image = new("(<b>(?<title>[^<]*)</b><br/>)?<figure[^>]*><img src=\"data:(?<type>image/[a-z]+);base64,(?<data>[^\"]*)\"");

    private readonly JsonObject _root;

    public Notebook(string name)
    {
        FilePath = Path.Combine(Folder, name);
        _root = JsonNode.Parse(File.ReadAllText(FilePath))!.AsObject();
    }

    public static string Folder { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "notebooks"));

    public static string[] Names =>
        [.. Directory.EnumerateFiles(Folder, "*.ipynb").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public string FilePath { get; }

    public IEnumerable<JsonObject> CodeCells =>
        _root["cells"]!.AsArray().Select(c => c!.AsObject()).Where(c => (string?)c["cell_type"] == "code");

    /// <summary>The text that the notebook opens with.</summary>
    public string FirstText => Text(_root["cells"]![0]!["source"]);

    public static string Source(JsonObject cell) => Text(cell["source"]);

    /// <summary>Notebooks keep texts whole or as lines.</summary>
    public static string Text(JsonNode? node) =>
        node is JsonArray lines ? string.Concat(lines.Select(l => (string)l!)) : (string)node!;

    /// <summary>The folders that a run makes for its photos, as they stand before a file's name: they differ from machine to machine.</summary>
    public static Regex TemporaryFolder { get; } = new(Regex.Escape(Path.GetTempPath()) + @"\w+[/\\]+(?=\w+\.\w)");

    /// <summary>
    /// Puts the images of the last cell that shows some under the notebook's first text, which then opens with what it ends with. They stand in the file as that cell's attachments.
    /// </summary>
    public void ShowResultFirst()
    {
        JsonObject first = _root["cells"]!.AsArray()[0]!.AsObject();
        string last = CodeCells.Select(cell => string.Concat(cell["outputs"]!.AsArray().Select(output => Text(output!["data"]?["text/html"] ?? "")))).Last(html => Image.IsMatch(html));
        string text = Text(first["source"]).Split(ResultStart)[0].TrimEnd();
        JsonObject attachments = [];
        foreach (Match image in Image.Matches(last))
        {
            string name = $"result-{attachments.Count + 1}";
            attachments[name] = new JsonObject { [image.Groups["type"].Value] = image.Groups["data"].Value };
            text += $"{(attachments.Count == 1 ? ResultStart : " ")}![{(image.Groups["title"] is { Success: true, Value: string title } ? title : "result")}](attachment:{name})";
        }

        first["source"] = new JsonArray([.. text.Split('\n').Select((line, i) => (JsonNode)(i < text.Count(c => c == '\n') ? line + "\n" : line))]);
        first["attachments"] = attachments;
    }

    public void Save() => File.WriteAllText(FilePath, TemporaryFolder.Replace(_root.ToJsonString(Style), "") + "\n");

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
