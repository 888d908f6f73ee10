namespace SparseRefine.Samples.Tests;

/// <summary>The web sample with the page that runs the model in the browser.</summary>
public sealed class BrowserServer() : WebServer(["--Service:Browser", Repository.PathOf("samples", "Browser")]);
