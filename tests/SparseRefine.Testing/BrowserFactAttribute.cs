using Xunit;

namespace SparseRefine.Testing;

/// <summary>A test that needs Chromium or Chrome; without one it is a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class BrowserFactAttribute : FactAttribute
{
    private const string Variable = "CHROMIUM";
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe", "msedge.exe"];

    public BrowserFactAttribute()
    {
        if (Browser is null)
        {
            Skip = $"no Chromium or Chrome on the PATH, nor in the environment variable {Variable}";
        }
    }

    /// <summary>The browser's program; null where there is none.</summary>
    public static string? Browser { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
