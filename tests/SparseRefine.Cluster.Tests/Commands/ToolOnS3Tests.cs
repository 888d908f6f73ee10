using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using SparseRefine.Cli.Tests;
using SparseRefine.Cluster.Tests.Jobs;
using Xunit;

namespace SparseRefine.Cluster.Tests.Commands;

/// <summary>The tool's commands on a bucket.</summary>
[Collection(nameof(Radosgw))]
public sealed class ToolOnS3Tests(Radosgw server)
{
    [RadosgwTheory]
    [MemberData(nameof(StoreCommandContract.Names), MemberType = typeof(StoreCommandContract))]
    public Task Contract(string name) => StoreCommandContract.RunAsync(name, new StorePlace(
        $"s3://{Radosgw.Bucket}/{Guid.NewGuid():N}",
        "s3://none",
        server.Endpoint,
        $"s3://none at {server.Endpoint.ToString().TrimEnd('/')}: expected a bucket that is there, got none of this name",
        [("AWS_SECRET_ACCESS_KEY", "other-secret")],
        [("AWS_ACCESS_KEY_ID", Radosgw.Reader), ("AWS_SECRET_ACCESS_KEY", Radosgw.ReaderSecret)]));

    [RadosgwFact]
    public async Task PlanAndWork_ObjectsWhoseKeysLeadElsewhere_FailAlone()
    {
        string prefix = Guid.NewGuid().ToString("N");
        await using StoreScene scene = new($"s3://{Radosgw.Bucket}/{prefix}", server.Endpoint);
        await scene.PutPhotos("a b.png", "100%#?.png");
        using (AmazonS3Client client = server.Client)
        {
            foreach (string key in (string[])["a\\b.png", "street//c.png"])
            {
                await client.PutObjectAsync(new PutObjectRequest { BucketName = Radosgw.Bucket, Key = $"{prefix}/in/{key}", ContentBody = "x", UseChunkEncoding = false });
            }
        }

        string[] at = ["--out", scene.Output.Address, "--endpoint", $"{server.Endpoint}"];
        Tool.Run(["plan", "--model", scene.Options.Model, "--images", scene.Photos, .. at]).AssertSuccess();
        ToolResult work = Tool.Run(["work", "--slice", "0", "--scratch", scene.Folder["scratch"], .. at]);

        work.AssertSuccess();
        Assert.Contains("slice 0/1: 2 scored, 2 failed", work.Output, StringComparison.Ordinal);
        Assert.Equal(2, Encoding.UTF8.GetString(await StoreScene.Read(scene.Output, "failed/0-of-1.jsonl")).Split("rename the object").Length - 1);
    }
}
