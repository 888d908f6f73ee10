using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>A test of a sample that needs packages of npm; where they are not installed it is a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmFactAttribute : FactAttribute
{
    public NpmFactAttribute(string sample)
    {
        if (!Directory.Exists(Repository.PathOf("samples", sample, "node_modules")))
        {
            Skip = $"run npm ci --ignore-scripts in samples/{sample}";
        }
    }
}
