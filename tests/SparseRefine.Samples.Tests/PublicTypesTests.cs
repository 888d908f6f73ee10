using System.Reflection;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>
/// The public types of each library, against the list in PublicTypes.txt: a type that is public by accident fails here. After a change that is meant,
/// run these tests once with the environment variable SPARSEREFINE_APPROVE=1, which writes the list, and look at the difference.
/// </summary>
public class PublicTypesTests
{
    private static readonly string[] Assemblies =
    [
        "SparseRefine", "SparseRefine.Onnx", "SparseRefine.MLNet", "SparseRefine.Batch", "SparseRefine.Cluster", "SparseRefine.Cli",
        "SparseRefine.Interactive",
    ];

    [Fact]
    public void Libraries_PublicTypes_AreTheApprovedOnes()
    {
        string file = Path.Combine(Repository.Root, "tests", "SparseRefine.Samples.Tests", "PublicTypes.txt");
        string[] found = [.. Assemblies.SelectMany(Types)];
        if (Environment.GetEnvironmentVariable("SPARSEREFINE_APPROVE") == "1")
        {
            File.WriteAllLines(file, found);
        }

        string[] approved = File.ReadAllLines(file);
        Assert.True(
            found.SequenceEqual(approved),
            string.Join('\n', found.Except(approved).Select(t => $"public, not in {file}: {t}")
                .Concat(approved.Except(found).Select(t => $"in {file}, not public: {t}"))));
    }

    // "assembly type"; a name with < is made by the compiler for extension members.
    private static IEnumerable<string> Types(string assembly) => Assembly.Load(assembly).GetExportedTypes()
        .Select(type => type.FullName!.Replace('+', '.'))
        .Where(name => !name.Contains('<', StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(name => $"{assembly} {name}");
}
