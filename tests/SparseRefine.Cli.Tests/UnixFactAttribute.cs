using Xunit;

namespace SparseRefine.Cli.Tests;

/// <summary>A fact about signals, pipes or folders that are moved while they are in use.</summary>
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no such signals, pipes and moves." : null;
}
