using Xunit;

namespace SparseRefine.Testing;

/// <summary>A fact about what /proc tells.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Only Linux has /proc.";
}
