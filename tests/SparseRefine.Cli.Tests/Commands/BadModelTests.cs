using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace SparseRefine.Cli.Tests.Commands;

public sealed class BadModelTests(FittedModel fitted) : IClassFixture<FittedModel>, IDisposable
{
    private const string Manifest = "manifest.json";
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Use_MissingFile_IsBadInput() => AssertBad(_folder["no.sparserefine"]);

    [Fact]
    public void Use_EmptyFile_IsBadInput() => AssertBad(_folder.Write("m.sparserefine", []));

    [Fact]
    public void Use_ForeignFile_IsBadInput() => AssertBad(_folder.Write("m.sparserefine", "not an archive"));

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void Use_TruncatedFile_IsBadInput(double share)
    {
        byte[] whole = File.ReadAllBytes(fitted.Model);
        AssertBad(_folder.Write("m.sparserefine", whole[..(int)(whole.Length * share)]));
    }

    [Fact]
    public void Use_ForeignArchive_IsBadInput()
    {
        using (ZipArchive zip = ZipFile.Open(_folder["m.sparserefine"], ZipArchiveMode.Create))
        {
            zip.CreateEntry("hello.txt");
        }

        AssertBad(_folder["m.sparserefine"]);
    }

    [Fact]
    public void Use_NewerFormat_SaysSo() => AssertBad(
        Changed((name, bytes) => name == Manifest ? Replace(bytes, "\"version\":\\s*\\d+", "\"version\": 999") : bytes), "999");

    [Fact]
    public void Use_EntryThatEscapes_IsBadInput() => AssertBad(Changed((_, bytes) => bytes, "../escape.bin"));

    [Fact]
    public void Use_ChangedWeights_IsBadInput() => AssertBad(Changed((name, bytes) =>
    {
        if (name.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 4), float.NaN);
        }

        return bytes;
    }));

    private static byte[] Replace(byte[] bytes, string pattern, string text)
        => Encoding.UTF8.GetBytes(Regex.Replace(Encoding.UTF8.GetString(bytes), pattern, text));

    private string Changed(Func<string, byte[], byte[]> change, string? added = null)
    {
        string path = _folder["changed.sparserefine"];
        using ZipArchive from = ZipFile.OpenRead(fitted.Model);
        using ZipArchive to = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (ZipArchiveEntry entry in from.Entries)
        {
            using MemoryStream memory = new();
            using (Stream stream = entry.Open())
            {
                stream.CopyTo(memory);
            }

            using Stream output = to.CreateEntry(entry.FullName).Open();
            output.Write(change(entry.FullName, memory.ToArray()));
        }

        if (added is not null)
        {
            to.CreateEntry(added);
        }

        return path;
    }

    private void AssertBad(string model, string part = "expected")
    {
        string name = Path.GetFileName(model);
        Tool.Run("info", "--model", model).AssertBadInput(name, part);
        Tool.Run("score", "--model", model, "--images", fitted.Folder["images"], "--out", _folder["out"]).AssertBadInput(name, part);
        Assert.False(Directory.Exists(_folder["out"]), "something was written");
    }
}
