/// <summary>The page to try the service: index.html, which lies in the assembly, so that the program can be started from anywhere.</summary>
internal static class TryPage
{
    // The page has its style and script in itself and loads nothing from elsewhere.
    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Lazy<byte[]> Html = new(() =>
    {
        using Stream stream = typeof(TryPage).Assembly.GetManifestResourceStream("index.html")!;
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    });

    /// <summary>GET /.</summary>
    public static IResult Get(HttpResponse response)
    {
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        return TypedResults.Bytes(Html.Value, "text/html; charset=utf-8");
    }
}
