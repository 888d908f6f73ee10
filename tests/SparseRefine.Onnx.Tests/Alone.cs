using Xunit;

namespace SparseRefine.Onnx.Tests;

/// <summary>Tests that look at the whole process's memory run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class Alone
{
    /// <summary>The collection.</summary>
    public const string Name = "alone";
}
