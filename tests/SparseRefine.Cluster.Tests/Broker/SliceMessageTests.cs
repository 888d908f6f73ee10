using System.Text;
using Xunit;

namespace SparseRefine.Cluster.Tests;

public sealed class SliceMessageTests
{
    private static readonly string Hash = new('a', 64);

    [Fact]
    public void Parse_OwnBytes_IsTheSame()
    {
        SliceMessage message = new("3/40", Hash, Hash, new string('b', 16));

        Assert.Equal(message, SliceMessage.Parse(message.ToBytes()));
        Assert.Equal(3, message.Shard.Index);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"slice":"3/40"}""")]
    [InlineData("""{"slice":"40/40","list":"HASH","model":"HASH","job":"0123456789abcdef"}""")]
    [InlineData("""{"slice":"-1/40","list":"HASH","model":"HASH","job":"0123456789abcdef"}""")]
    [InlineData("""{"slice":"../40","list":"HASH","model":"HASH","job":"0123456789abcdef"}""")]
    [InlineData("""{"slice":"3/40","list":"../../etc/passwd","model":"HASH","job":"0123456789abcdef"}""")]
    [InlineData("""{"slice":"3/40","list":"HASH","model":"HASH\n","job":"0123456789abcdef"}""")]
    [InlineData("""{"slice":"3/40","list":"HASH","model":"HASH","job":"0123456789ABCDEF"}""")]
    [InlineData("""{"slice":"3/40","list":"HASH","model":null,"job":"0123456789abcdef"}""")]
    [InlineData("""{"slice":"3/40","list":"HASH","model":"HASH","job":"0123456789abcdef","out":"/"}""")]
    [InlineData("""{"slice":"3/40","slice":"4/40","list":"HASH","model":"HASH","job":"0123456789abcdef"}""")]
    [InlineData("""{"slice":3,"list":"HASH","model":"HASH","job":"0123456789abcdef"}""")]
    public void Parse_OtherText_IsRefused(string text)
    {
        byte[] body = Encoding.UTF8.GetBytes(text.Replace("HASH", Hash, StringComparison.Ordinal));

        Assert.Throws<InvalidInputException>(() => SliceMessage.Parse(body));
    }

    [Fact]
    public void Parse_LongText_IsRefusedUnread() =>
        Assert.Contains("1024 bytes", Assert.Throws<InvalidInputException>(() => SliceMessage.Parse(new byte[1 << 20])).Message, StringComparison.Ordinal);
}
