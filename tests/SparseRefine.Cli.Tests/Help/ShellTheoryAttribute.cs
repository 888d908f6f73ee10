using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>A test in a real shell; where there is none it is a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShellTheoryAttribute : TheoryAttribute
{
    /// <param name="shell">The shell's program.</param>
    /// <param name="install">How to get it.</param>
    public ShellTheoryAttribute(string shell, string install)
    {
        (Shell, Install) = (shell, install);
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, shell))))
        {
            Skip = install;
        }
    }

    public string Shell { get; }

    public string Install { get; }
}
