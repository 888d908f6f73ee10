using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>A test in a real zsh; where there is none it is a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ZshTheoryAttribute : TheoryAttribute
{
    public ZshTheoryAttribute()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "zsh"))))
        {
            Skip = "install zsh";
        }
    }
}
