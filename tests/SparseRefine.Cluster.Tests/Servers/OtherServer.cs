using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SparseRefine.Cluster.Tests;

/// <summary>A web server that is no store: it answers whatever is asked with one page.</summary>
internal sealed class OtherServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _answer;

    public OtherServer(string status)
    {
        const string Page = "<html><body>Welcome</body></html>";
        _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}");
        _listener.Start();
        _ = Serve();
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public void Dispose() => _listener.Dispose();

    private async Task Serve()
    {
        byte[] buffer = new byte[1 << 16];
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                await client.GetStream().ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false);
                await client.GetStream().WriteAsync(_answer);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }
}
