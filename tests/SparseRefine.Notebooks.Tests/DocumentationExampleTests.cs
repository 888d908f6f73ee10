using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace SparseRefine.Notebooks.Tests;

/// <summary>The examples in the catalogs' documentation, all of them compiled.</summary>
public class DocumentationExampleTests
{
    private const string Usings = """
        using System; using System.IO; using System.Linq; using System.Threading.Tasks; using Microsoft.ML; using Microsoft.ML.Data; using SparseRefine;
        using SparseRefine.MLNet; using SparseRefine.Onnx; using SparseRefine.Selectors; using SparseRefine.Images;

        """;

    private static readonly string[] Catalogs =
    [
        "SparseRefine.MLNet.SemanticSegmentationCatalog.", "SparseRefine.MLNet.SemanticSegmentationTrainers.",
        "Microsoft.ML.SemanticSegmentationExtensions.Segmentation(",
    ];

    private static string Bin => Path.Combine(Notebook.Folder, "bin");

    [Fact]
    public void Examples_OfEveryCatalogMethod_Compile()
    {
        List<string> code = [];
        foreach (XElement member in XDocument.Load(Path.Combine(Bin, "SparseRefine.MLNet.xml")).Descendants("member"))
        {
            string name = member.Attribute("name")!.Value;
            if (!name.StartsWith("M:", StringComparison.Ordinal) || !Catalogs.Any(catalog => name[2..].StartsWith(catalog, StringComparison.Ordinal)))
            {
                continue;
            }

            string? example = member.Element("example")?.Element("code")?.Value;
            Assert.False(string.IsNullOrWhiteSpace(example), $"{name}: expected an example, got none");
            code.Add($"class Example{code.Count} {{ async Task Run(MLContext ml, IDataView data, ITransformer model) {{\n#line 1 \"{name}\"\n{example}\nawait Task.CompletedTask; }} }}");
        }

        // Nine kinds of transforms and trainers, each with its Options, and what the catalog does with models.
        Assert.True(code.Count > 30, $"expected examples of more than 30 methods, got {code.Count}");
        string[] errors = Errors(Usings + string.Join('\n', code), LanguageVersion.CSharp14);
        Assert.True(errors.Length == 0, string.Join('\n', errors));
    }

    [Fact]
    public void Examples_ExtensionProperty_IsNotForOlderLanguages()
    {
        const string body = "class A {{ object Get(MLContext ml) => ml.{0}.Trainers; }}";
        Assert.Empty(Errors(Usings + string.Format(null, body, "SemanticSegmentation"), LanguageVersion.CSharp14));
        Assert.NotEmpty(Errors(Usings + string.Format(null, body, "SemanticSegmentation"), LanguageVersion.CSharp12));
        Assert.Empty(Errors(Usings + string.Format(null, body, "Segmentation()"), LanguageVersion.CSharp12));
    }

    [Fact]
    public void Estimators_TableOfCharacteristics_IsWhole()
    {
        string[] rows =
        [
            "Does this estimator need to look at the data to train its parameters?", "Input column data type", "Output column data type",
            "Required NuGet in addition to Microsoft.ML", "Exportable to ONNX",
        ];
        XElement[] estimators = [.. XDocument.Load(Path.Combine(Bin, "SparseRefine.MLNet.xml")).Descendants("member").Where(IsEstimator)];
        Assert.NotEmpty(estimators);
        Assert.All(estimators, estimator => Assert.Equal(
            rows, estimator.Value.Split('\n').Select(line => line.Trim().Split('|')).Where(cells => cells.Length == 4).Select(cells => cells[1].Trim()).Skip(2)));

        static bool IsEstimator(XElement member) => member.Attribute("name")!.Value is ['T', ':', .. var name]
            && (name.EndsWith("Estimator", StringComparison.Ordinal) || name.EndsWith("Trainer", StringComparison.Ordinal));
    }

    private static string[] Errors(string code, LanguageVersion version)
    {
        IEnumerable<string> platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == Path.GetDirectoryName(typeof(object).Assembly.Location));
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Examples",
            [CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(version))],
            platform.Concat(Directory.EnumerateFiles(Bin, "Microsoft.ML*.dll")).Concat(Directory.EnumerateFiles(Bin, "SparseRefine*.dll"))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => $"{found}")];
    }
}
