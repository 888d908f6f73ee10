using SparseRefine.Batch;
using SparseRefine.Cli.Tests;
using Xunit;

namespace SparseRefine.Cluster.Tests.Stores;

public sealed class AddressTests
{
    [Theory]
    [InlineData("az://account/photos", "az", "az://account/photos", "")]
    [InlineData("az://account/photos/a/b/", "az", "az://account/photos", "a/b")]
    [InlineData("s3://bucket", "s3", "s3://bucket", "")]
    [InlineData("S3://my.bucket-1/a b/what?.jpg", "s3", "s3://my.bucket-1", "a b/what?.jpg")]
    public void Parse_Address_HasItsParts(string text, string scheme, string container, string prefix)
    {
        StoreAddress address = StoreAddress.Parse(text);
        Assert.Equal((scheme, container, prefix), (address.Scheme, address.Container, address.Prefix));
        Assert.Equal(address, StoreAddress.Parse(address.ToString()));
    }

    [Theory]
    [InlineData("gs://bucket/x", "gs://bucket/x: expected a folder, az://account/container/prefix or s3://bucket/prefix, got the scheme gs://")]
    [InlineData("file:///tmp", "got the scheme file://")]
    [InlineData("az://account", "az://account: expected az://account/container/prefix, got other names of the container")]
    [InlineData("s3://", "s3://: expected s3://bucket/prefix")]
    [InlineData("s3://bucket//a", "got '/a'")]
    [InlineData("s3://bucket/a/../b", "got 'a/../b'")]
    [InlineData("s3://b/a\nb", "got 'a b'")]
    [InlineData("s3://AKIA1:hidden@bucket/a", "s3://bucket: expected an address without credentials, which come from the environment, got one that holds some")]
    [InlineData("az://account/photos/a?sv=2024&sig=hidden", "az://account: expected an address without credentials")]
    [InlineData("s3://bucket/a?X-Amz-Signature=hidden", "s3://bucket: expected an address without credentials")]
    public void Parse_Other_IsRefusedWithoutItsSecret(string text, string expected)
    {
        string message = Assert.Throws<InvalidInputException>(() => ObjectStores.Open(text)).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", message, StringComparison.Ordinal);
        Tool.Run("score", "--model", "m.sparserefine", "--images", "photos", "--out", text).AssertBadInput(expected);
    }

    [Theory]
    [InlineData("photos")]
    [InlineData("/photos")]
    [InlineData("C:\\photos")]
    [InlineData("C://photos")]
    public void Open_Path_IsAFolder(string path) => Assert.IsType<FolderStore>(ObjectStores.Open(path));

    [Theory]
    [InlineData("127.0.0.1:10000")]
    [InlineData("ftp://server")]
    [InlineData("http://user:hidden@server")]
    [InlineData("http://server?sig=hidden")]
    public void Endpoint_OtherThanAServer_IsRefusedWithoutItsSecret(string endpoint)
    {
        ToolResult result = Tool.Run("score", "--model", "m.sparserefine", "--images", "photos", "--out", "s3://b", "--endpoint", endpoint);
        result.AssertBadInput("--endpoint: expected an address as http://127.0.0.1:10000, without credentials and query, got another text");
        Assert.DoesNotContain("hidden", result.Error, StringComparison.Ordinal);
    }
}
