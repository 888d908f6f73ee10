using System.Runtime.CompilerServices;

namespace SparseRefine.Samples.Tests;

/// <summary>Where things lie in the clone that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A sample's assembly, built in the tests' own configuration: bin/Release/net10.0 as theirs.</summary>
    public static string Program(string sample)
    {
        string own = Path.GetRelativePath(PathOf("tests", "SparseRefine.Samples.Tests"), AppContext.BaseDirectory);
        return PathOf("samples", sample, own, sample + ".dll");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
