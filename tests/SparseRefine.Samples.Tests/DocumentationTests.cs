using System.Reflection;
using System.Text.RegularExpressions;
using SparseRefine.Batch;
using SparseRefine.Cluster;
using SparseRefine.Interactive;
using SparseRefine.MLNet;
using SparseRefine.Onnx;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>Pages name what exists: files that they link to, members that they mention.</summary>
public sealed partial class DocumentationTests
{
    internal static readonly Assembly[] Ours =
    [
        typeof(SparseRefiner).Assembly, typeof(DenseModel).Assembly, typeof(SemanticSegmentationCatalog).Assembly, typeof(ScoringJob).Assembly, typeof(ObjectStores).Assembly, typeof(Show).Assembly,
    ];

    public static TheoryData<string> Pages =>
    [
        "README.md", "samples/README.md", "notebooks/README.md", "tests/gpu/README.md", "tests/faults/README.md", "tests/experiments/accuracy/README.md",
        .. Directory.EnumerateFiles(Repository.PathOf("samples", "docs")).Order(StringComparer.Ordinal).Select(f => "samples/docs/" + Path.GetFileName(f)),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Links_LeadToFiles(string page)
    {
        string path = Repository.PathOf(page);
        foreach ((string file, string anchor) in PageLinks.Of(File.ReadAllText(path)))
        {
            string target = file.Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, file);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{page}: expected {file} to exist");
            Assert.True(anchor.Length == 0 || PageLinks.Anchors(File.ReadAllText(target)).Contains(anchor), $"{page}: expected a heading #{anchor} in {target}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Members_Exist(string page)
    {
        Dictionary<string, Type> types = Ours.SelectMany(a => a.GetExportedTypes()).GroupBy(t => t.Name).ToDictionary(g => g.Key, g => g.First());
        foreach (Match name in Member().Matches(File.ReadAllText(Repository.PathOf(page))))
        {
            if (types.TryGetValue(name.Groups[1].Value, out Type? type))
            {
                Assert.True(
                    type.GetMember(name.Groups[2].Value, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy).Length > 0,
                    $"{page}: expected the member {name.Value}");
            }
        }
    }

    [Fact]
    public void Sources_OfPackages_NeverSwitchOffTheCheckForMissingDocumentation()
    {
        string[] files =
        [
            Repository.PathOf("Directory.Build.props"), Repository.PathOf("src", "Directory.Build.props"), Repository.PathOf(".editorconfig"),
            .. Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs*", SearchOption.AllDirectories)
                .Where(f => f.Contains($"{Path.DirectorySeparatorChar}SparseRefine", StringComparison.Ordinal) && !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)),
        ];
        Assert.True(files.Length > 100);
        Assert.DoesNotContain(files, f => File.ReadAllText(f).Contains("1591", StringComparison.Ordinal));
        Assert.Contains("<GenerateDocumentationFile>true<", File.ReadAllText(files[0]));
        Assert.Contains("<TreatWarningsAsErrors>true<", File.ReadAllText(files[0]));
    }

    [GeneratedRegex(@"`([A-Z]\w+)\.([A-Z]\w+)[`(<]")]
    private static partial Regex Member();
}
