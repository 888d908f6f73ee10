using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

/// <summary>The page of samples/Browser, which runs the model in the visitor's browser instead of here: its files, and beside them the model as a graph.</summary>
internal static class BrowserPage
{
    private const string Graph = "/model.onnx";

    // Everything is the service's own. WebAssembly is compiled in the browser, and ONNX Runtime's threads are workers.
    private const string Policy =
        "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Serves it at /browser/.</summary>
    /// <param name="app">The service.</param>
    /// <param name="folder">The page's folder, its packages installed.</param>
    public static void Map(WebApplication app, string folder)
    {
        PhysicalFileProvider files = new(Path.GetFullPath(folder));
        Lazy<byte[]> graph = new(() => app.Services.GetRequiredService<Segmenter>().Export());
        app.Map("/browser", page => page
            .Use((context, next) =>
            {
                // Pages without these two get no shared memory, hence no threads.
                IHeaderDictionary headers = context.Response.Headers;
                headers["Cross-Origin-Opener-Policy"] = "same-origin";
                headers["Cross-Origin-Embedder-Policy"] = "require-corp";
                headers.ContentSecurityPolicy = Policy;
                headers.XContentTypeOptions = "nosniff";
                headers.CacheControl = "no-cache"; // asked again each time: not modified is a short answer
                return context.Request.Path == Graph ? TypedResults.Bytes(graph.Value, "application/octet-stream", entityTag: Tag(graph.Value)).ExecuteAsync(context) : next(context);
            })
            .UseFileServer(new FileServerOptions { FileProvider = files })
            .Run(context =>
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }));
    }

    private static EntityTagHeaderValue Tag(byte[] graph) => new($"\"{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(graph))}\"");
}
