using Xunit;

namespace SparseRefine.MLNet.Tests;

/// <summary>Tests that measure the process and therefore run when no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
