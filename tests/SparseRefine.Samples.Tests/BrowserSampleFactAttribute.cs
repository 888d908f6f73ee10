using SparseRefine.Testing;

namespace SparseRefine.Samples.Tests;

/// <summary>A test of the page in samples/Browser, which needs a browser and the page's packages; without them it is a reported skip.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserSampleFactAttribute : BrowserFactAttribute
{
    public BrowserSampleFactAttribute() => Skip ??= new NpmFactAttribute("Browser").Skip;
}
