using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparseRefine.Cluster.Tests;

/// <summary>A collector of OpenTelemetry's protocol over HTTP, on loopback: keeps what it is sent.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly List<Span> _spans = [];
    private readonly StringBuilder _meters = new();

    public Collector()
    {
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _ = Serve();
    }

    /// <summary>A span; ids in hexadecimal, empty for none.</summary>
    public readonly record struct Span(string Trace, string Id, string Parent, string Name);

    public string Endpoint { get; }

    public Span[] Spans
    {
        get
        {
            lock (_spans)
            {
                return [.. _spans];
            }
        }
    }

    /// <summary>The bytes of all meters, which hold their names.</summary>
    public string Meters
    {
        get
        {
            lock (_spans)
            {
                return _meters.ToString();
            }
        }
    }

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                HttpListenerContext call = await _listener.GetContextAsync();
                using MemoryStream body = new();
                await call.Request.InputStream.CopyToAsync(body);
                lock (_spans)
                {
                    if (call.Request.Url!.AbsolutePath == "/v1/traces")
                    {
                        // ExportTraceServiceRequest.resource_spans, .scope_spans, .spans.
                        _spans.AddRange(Fields(body.ToArray(), 1).SelectMany(resource => Fields(resource, 2)).SelectMany(scope => Fields(scope, 2)).Select(span => new Span(
                            Convert.ToHexString(Of(span, 1)), Convert.ToHexString(Of(span, 2)), Convert.ToHexString(Of(span, 4)), Encoding.UTF8.GetString(Of(span, 5)))));
                    }
                    else
                    {
                        _meters.Append(Encoding.Latin1.GetString(body.ToArray()));
                    }
                }

                call.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private static byte[] Of(byte[] message, int number) => Fields(message, number).FirstOrDefault([]);

    // The fields of a number that hold bytes, in a message of Protocol Buffers.
    private static List<byte[]> Fields(byte[] message, int number)
    {
        List<byte[]> found = [];
        using BinaryReader reader = new(new MemoryStream(message));
        while (reader.BaseStream.Position < message.Length)
        {
            int tag = reader.Read7BitEncodedInt();
            switch (tag & 7)
            {
                case 0:
                    reader.Read7BitEncodedInt64();
                    break;
                case 1:
                    reader.ReadInt64();
                    break;
                case 5:
                    reader.ReadInt32();
                    break;
                default:
                    byte[] bytes = reader.ReadBytes(reader.Read7BitEncodedInt());
                    if (tag >> 3 == number)
                    {
                        found.Add(bytes);
                    }

                    break;
            }
        }

        return found;
    }
}
