using System.Net.Sockets;
using System.Text;

namespace SparseRefine.Samples.Tests;

/// <summary>A POST whose body comes by and by, over a connection of its own.</summary>
internal sealed class SlowPost : IDisposable
{
    private readonly TcpClient _client = new();

    private SlowPost()
    {
    }

    /// <summary>Sends the head of the request and the first bytes of the body.</summary>
    public static async Task<SlowPost> BeginAsync(Uri server, byte[] body, int sent)
    {
        SlowPost post = new();
        await post._client.ConnectAsync(server.Host, server.Port);
        string head = $"POST /labels HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        await post._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head));
        await post.SendAsync(body.AsMemory(0, sent));
        return post;
    }

    /// <summary>Sends more.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes);

    /// <summary>The answer's status line.</summary>
    public async Task<string?> AnswerAsync()
    {
        using StreamReader reader = new(_client.GetStream(), Encoding.ASCII, leaveOpen: true);
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        return await reader.ReadLineAsync(late.Token);
    }

    public void Dispose() => _client.Dispose();
}
