using Xunit;

namespace SparseRefine.Cli.Tests.Help;

/// <summary>A test in a real PowerShell; where there is none it is a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PowerShellTheoryAttribute : TheoryAttribute
{
    public PowerShellTheoryAttribute()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "pwsh"))))
        {
            Skip = "install PowerShell: dotnet tool install -g powershell --version 7.6.9";
        }
    }
}
