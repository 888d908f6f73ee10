using System.Net;
using System.Net.Http.Headers;

namespace SparseRefine.Samples.Tests;

/// <summary>A request body that sends its first bytes and then waits for the client to give up.</summary>
internal sealed class StalledContent : HttpContent
{
    private readonly byte[] _start;

    public StalledContent(byte[] start)
    {
        _start = start;
        Headers.ContentType = new MediaTypeHeaderValue("image/png");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellation)
    {
        await stream.WriteAsync(_start, cancellation);
        await stream.FlushAsync(cancellation);
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
