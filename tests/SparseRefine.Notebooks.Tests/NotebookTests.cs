using System.Text.Json.Nodes;
using Xunit;

namespace SparseRefine.Notebooks.Tests;

/// <summary>
/// Runs every notebook. With the environment variable SPARSEREFINE_NOTEBOOKS=write the outputs are written back: that is how
/// the committed ones were made.
/// </summary>
public sealed class NotebookTests
{
    public static TheoryData<string> Notebooks => [.. Notebook.Names];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Run_EveryCell_GivesTheCommittedKindsOfOutput(string name)
    {
        Notebook notebook = new(name);
        bool writes = Environment.GetEnvironmentVariable("SPARSEREFINE_NOTEBOOKS") == "write";
        Environment.CurrentDirectory = Notebook.Folder; // a notebook's paths start at its folder
        NotebookKernel kernel = new();
        int count = 0;
        foreach (JsonObject cell in notebook.CodeCells)
        {
            string source = Notebook.Source(cell);
            JsonArray outputs;
            try
            {
                outputs = await kernel.Run(source);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{name}, code cell {count + 1}: {e.Message}\n{source}", e);
            }

            count++;
            if (writes)
            {
                cell["outputs"] = outputs.DeepClone();
                cell["execution_count"] = count;
            }

            Assert.Equal(Kinds(outputs), Kinds(cell["outputs"]!.AsArray()));
        }

        if (writes)
        {
            notebook.ShowResultFirst();
            notebook.Save();
        }
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void File_AsCommitted_HasOutputsForEveryCellAndFitsTheLimit(string name)
    {
        Notebook notebook = new(name);
        int count = 0;
        foreach (JsonObject cell in notebook.CodeCells)
        {
            count++;
            Assert.Equal(count, (int?)cell["execution_count"]);
            Assert.True(cell["outputs"]!.AsArray().Count > 0, $"{name}, code cell {count}: expected an output, got none");
        }

        Assert.True(count > 0, $"{name}: expected code cells, got none");
        Assert.InRange(new FileInfo(notebook.FilePath).Length, 1, Notebook.MaxBytes);
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void File_AsCommitted_OpensWithItsResultOneReferenceAndAtMostTwoUsings(string name)
    {
        Notebook notebook = new(name);
        string[] lines = Notebook.Source(notebook.CodeCells.First()).Split('\n');
        Assert.Contains("](attachment:result-1)", notebook.FirstText, StringComparison.Ordinal);
        Assert.Equal("#r \"bin/SparseRefine.Interactive.dll\"", lines[0]);
        Assert.Contains("#!import \"bin/extension.dib\"", lines);
        Assert.InRange(notebook.CodeCells.SelectMany(cell => Notebook.Source(cell).Split('\n')).Count(line => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';')), 0, 2);
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public void File_AsCommitted_NamesNoMachine(string name)
    {
        string text = File.ReadAllText(Path.Combine(Notebook.Folder, name));
        Assert.DoesNotContain(Path.GetFullPath(Path.Combine(Notebook.Folder, "..")), text);
        Assert.DoesNotContain(Path.GetTempPath() + "sparserefine", text);
        Assert.DoesNotMatch(Notebook.TemporaryFolder, text);
    }

    [Fact]
    public void Folder_AsCommitted_HasNotebooks() => Assert.True(Notebook.Names.Length >= 8);

    // Streams and texts vary from run to run (times); that a cell prints, draws or ends with text does not.
    private static string Kinds(JsonArray outputs) => string.Join(", ", outputs.Select(o =>
        $"{o!["output_type"]} {string.Join('+', o["data"]?.AsObject().Select(d => d.Key) ?? [])}"));
}
