using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace SparseRefine.Notebooks.Tests;

/// <summary>
/// Runs cells one after the other as a .NET notebook's C# kernel does: what a cell declares stays, what it prints, displays or
/// ends with becomes its outputs. Assemblies come from the cells' own #r lines, and a file that a cell imports runs before the cell does.
/// </summary>
internal sealed class NotebookKernel
{
    // One for all notebooks: assemblies and their native libraries are loaded once a process.
    private static readonly InteractiveAssemblyLoader Assemblies = new();

    private static readonly ScriptOptions Options = ScriptOptions.Default
        .WithLanguageVersion(LanguageVersion.Preview)
        .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(Notebook.Folder))
        .WithReferences(((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location)))
        .WithImports(
            "System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Linq", "System.Threading.Tasks");

    private const string Import = "#!import ";

    private readonly NotebookGlobals _globals = new();
    private ScriptState<object>? _state;
    private int _count;

    /// <summary>Runs a cell.</summary>
    /// <returns>Its outputs in the notebook's format.</returns>
    public async Task<JsonArray> Run(string code)
    {
        TextWriter console = Console.Out;
        _count++;
        using StringWriter printed = new();
        Console.SetOut(printed);
        try
        {
            _globals.Outputs = [];
            string[] lines = code.Split('\n');
            foreach (string line in lines.Where(line => line.StartsWith(Import, StringComparison.Ordinal)))
            {
                await Submit(string.Join('\n', lines.Where(other => other.StartsWith("#r ", StringComparison.Ordinal))));
                await Submit(File.ReadAllText(Path.Combine(Notebook.Folder, line[Import.Length..].Trim('"'))).Replace("#!csharp", "", StringComparison.Ordinal));
            }

            await Submit(string.Join('\n', lines.Where(line => !line.StartsWith(Import, StringComparison.Ordinal))));
        }
        finally
        {
            Console.SetOut(console);
        }

        List<JsonObject> outputs = [.. _globals.Outputs.Select(value => Data("display_data", value))];
        if (printed.ToString() is { Length: > 0 } text)
        {
            outputs.Insert(0, new JsonObject { ["name"] = "stdout", ["output_type"] = "stream", ["text"] = Lines(text) });
        }

        if (_state!.ReturnValue is object result)
        {
            JsonObject output = Data("execute_result", result);
            output["execution_count"] = _count;
            outputs.Add(output);
        }

        return new JsonArray([.. outputs]);
    }

    private async Task Submit(string code) => _state = _state is null
        ? await CSharpScript.Create<object>(code, Options, typeof(NotebookGlobals), Assemblies).RunAsync(_globals)
        : await _state.Script.ContinueWith<object>(code, Options).RunFromAsync(_state);

    private static JsonObject Data(string kind, object value)
    {
        JsonObject data = Html(value) is string html
            ? new JsonObject { ["text/html"] = Lines(html) }
            : new JsonObject { ["text/plain"] = Lines($"{value}") };
        return new JsonObject { ["data"] = data, ["metadata"] = new JsonObject(), ["output_type"] = kind };
    }

    // Our formatters, of the very assembly that the cells loaded.
    private static string? Html(object value)
    {
        Assembly formatting = AppDomain.CurrentDomain.GetAssemblies().Single(a => a.GetName().Name == "SparseRefine.Interactive");
        object?[] arguments = [value, null];
        formatting.GetType("SparseRefine.Interactive.NotebookFormatters", throwOnError: true)!
            .GetMethod("TryFormat")!.Invoke(null, arguments);
        return (string?)arguments[1];
    }

    private static JsonArray Lines(string text)
    {
        string[] parts = text.ReplaceLineEndings("\n").Split('\n');
        return new JsonArray([.. parts.Select((line, i) => (JsonNode)(i < parts.Length - 1 ? line + "\n" : line)).Where(l => (string)l! != "")]);
    }
}
