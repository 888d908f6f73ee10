using Xunit;

namespace SparseRefine.Testing;

/// <summary>A fact about signals, pipes or folders that are moved while they are in use.</summary>
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Windows has no such signals, pipes and moves." : null;
}
