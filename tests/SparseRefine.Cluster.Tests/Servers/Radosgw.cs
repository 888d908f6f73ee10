using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using SparseRefine.Batch;
using Xunit;

namespace SparseRefine.Cluster.Tests;

/// <summary>Ceph's server for S3, as Debian packs it, with its objects in memory. It takes 15 seconds to start.</summary>
public sealed class Radosgw : IAsyncLifetime
{
    public const string Bucket = "photos";
    public const string User = "tests";
    public const string Secret = "tests-secret";

    /// <summary>A user who may read and list the bucket, and nothing else.</summary>
    public const string Reader = "reader";
    public const string ReaderSecret = "reader-secret";

    private readonly TestFolder _folder = new();
    private ServerProcess? _server;

    /// <summary>Why it cannot be started; null where it can.</summary>
    public static string? Missing => Array.TrueForAll(["radosgw", "ceph-mon", "ceph-osd"], program => File.Exists($"/usr/bin/{program}"))
        ? null
        : "no radosgw: apt-get install radosgw ceph-mon ceph-osd";

    public Uri Endpoint { get; private set; } = new("http://127.0.0.1:1");

    public AmazonS3Client Client => new(
        new BasicAWSCredentials(User, Secret), new AmazonS3Config { ServiceURL = Endpoint.ToString(), ForcePathStyle = true, AuthenticationRegion = "us-east-1" });

    public async Task InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        int[] ports = FreePorts(2);
        (_server, _) = await ServerProcess.Start(
            new ProcessStartInfo("bash", [Path.Combine(Path.GetDirectoryName(ThisFile())!, "radosgw.sh"), _folder.Root, $"{ports[0]}", $"{ports[1]}"]), "^ready$");
        Endpoint = new Uri($"http://127.0.0.1:{ports[0]}");
        using AmazonS3Client client = Client;
        await client.PutBucketAsync(Bucket);
        await client.PutBucketPolicyAsync(Bucket, $$"""
            {
              "Version": "2012-10-17",
              "Statement": [{
                "Effect": "Allow", "Principal": { "AWS": ["arn:aws:iam:::user/{{Reader}}"] }, "Action": ["s3:ListBucket", "s3:GetObject"],
                "Resource": ["arn:aws:s3:::{{Bucket}}", "arn:aws:s3:::{{Bucket}}/*"]
              }]
            }
            """);
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", User);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", Secret);
    }

    public Task DisposeAsync()
    {
        _server?.Dispose();
        _folder.Dispose();
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", null);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", null);
        return Task.CompletedTask;
    }

    /// <summary>A store that no other test uses.</summary>
    public ObjectStore Open(string? prefix = null) =>
        ObjectStores.Open($"s3://{Bucket}/{prefix ?? Guid.NewGuid().ToString("N")}", new ObjectStoreOptions { Endpoint = Endpoint, Retries = 0 });

    // Held at the same time, so that they differ.
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, listener => listener.Start());
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
