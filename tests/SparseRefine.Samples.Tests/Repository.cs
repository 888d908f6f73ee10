using System.Runtime.CompilerServices;

namespace SparseRefine.Samples.Tests;

/// <summary>Where things lie in the clone that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The assembly of a sample or of an experiment, built in the tests' own configuration: bin/Release/net10.0 as theirs.</summary>
    public static string Program(string program)
    {
        string own = Path.GetRelativePath(PathOf("tests", "SparseRefine.Samples.Tests"), AppContext.BaseDirectory);
        string folder = PathOf("samples", program);
        return Path.Combine(Directory.Exists(folder) ? folder : PathOf("tests", "experiments", program), own, program + ".dll");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
