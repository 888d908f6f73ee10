using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SparseRefine.Persistence;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

/// <summary>ML.NET's zips within model files of strangers.</summary>
public class NativeModelGuardTests
{
    private const string Contract = "guarded mapping";
    private const string Data = "Microsoft.ML.Data, Version=1.0.0.0, Culture=neutral, PublicKeyToken=cc7b13ffcd2ddd51";

    [Theory]
    [InlineData("Schema")]
    [InlineData("TransformerChain/Model.key")]
    [InlineData("stranger")]
    public void Load_InnerZipThatWouldFillTheDisk_IsNotUnpacked(string name) => Refused(
        zip => Set(zip, name, new byte[70 << 20]), "expected entries of at most 67108864 bytes, those of zips within it too", name);

    [Fact]
    public void Load_BombInAZipInTheInnerZip_IsNotUnpacked() => Refused(
        zip => Set(zip, "nested.zip", Set(Empty(), "bomb", new byte[70 << 20])), "expected entries of at most 67108864 bytes", "nested.zip/bomb");

    [Fact]
    public void Load_ManyHalfBombs_CountTogether() => Refused(
        zip => Set(Set(Set(zip, "a", new byte[30 << 20]), "b", new byte[30 << 20]), "c", new byte[30 << 20]), "expected entries of at most 67108864 bytes", "of 31457280");

    [Fact]
    public void Load_ZipsNestedDeep_AreRefused() => Refused(
        zip => Set(zip, "1.zip", Set(Empty(), "2.zip", Set(Empty(), "3.zip", Set(Empty(), "4.zip", Empty())))), "at most 3 deep", "3.zip");

    [Fact]
    public void Load_InnerEntryWhoseHeaderLies_IsRefused() => Refused(
        zip =>
        {
            byte[] lying = Set(zip, "Schema", new byte[1000]);
            int entry = lying.AsSpan().LastIndexOf("Schema"u8) - 46;
            BitConverter.TryWriteBytes(lying.AsSpan(entry + 24), 5000);
            return lying;
        },
        "of 5000 bytes", "broken entry");

    [Theory]
    [InlineData("Evil.Assembly")]
    [InlineData("Microsoft.ML.PCA")]
    [InlineData("/tmp/evil")]
    public void Load_ModelThatNamesAnAssembly_IsRefusedByName(string assembly) => Refused(
        zip => Replace(zip, Encoding.Unicode.GetBytes(Data), Encoding.Unicode.GetBytes(assembly.PadRight(Data.Length))),
        "expected an assembly of ML.NET, or one in AllowedAssemblies", $"'{assembly}'");

    [Theory]
    [InlineData("TransformerChain", "EvilChain")]
    [InlineData("TransformerChain", "ExprTransform")]
    [InlineData("TransformerChain", "TextLoader")]
    public void Load_LoaderThatIsNotKnown_IsRefusedByName(string known, string other) => Refused(
        zip => Replace(zip, Encoding.ASCII.GetBytes(known), Encoding.ASCII.GetBytes(other.PadRight(known.Length, '\0'))),
        "known to be safe", $"'{other}'");

    [Fact]
    public void Load_ModelWhoseHeaderDoesNotFit_IsRefused() => Refused(
        zip => Set(zip, "TransformerChain/Model.key", "ML\0MODEL"u8.ToArray()), "a readable model of ML.NET's", "TransformerChain/Model.key");

    [Fact]
    public void Load_CustomMapping_AsksForItsAssembly()
    {
        using var scene = new Scene(photos: 1);
        ITransformer model = scene.Context.Transforms.CustomMapping(new GuardedMapping().GetMapping(), Contract).Fit(scene.Data);
        scene.Context.ComponentCatalog.RegisterAssembly(typeof(GuardedMapping).Assembly);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, scene.Data.Schema, path);
        var error = Assert.Throws<InvalidInputException>(() => new MLContext().SemanticSegmentation.Load(path, out _));
        Assert.Contains("custom mappings of an assembly in AllowedAssemblies, got 'SparseRefine.MLNet.Tests, ", error.Message, StringComparison.Ordinal);
        ITransformer loaded = new MLContext().SemanticSegmentation.Load(path, out _, ["SparseRefine.MLNet.Tests"]);
        Assert.Equal(scene.Pairs[0].ImagePath + "!", loaded.Transform(scene.Data).GetColumn<string>("Marked").Single());
    }

    [Theory]
    [InlineData(257, "at most 256 parts, got 257")]
    [InlineData(2, "each entry in one part")]
    public void Load_PartsAgainAndAgain_AreRefused(int times, string expected)
    {
        using var scene = new Scene(photos: 1);
        using var model = scene.Fit();
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, null, path);
        Rewrite(path, (_, bytes) => bytes, manifest =>
        {
            JsonNode dense = manifest["parts"]!.AsArray().First(part => (string)part!["kind"]! == "dense-model")!;
            manifest["parts"] = new JsonArray([.. Enumerable.Range(0, times).Select(_ => dense.DeepClone())]);
        });
        var error = Assert.Throws<InvalidInputException>(() => scene.Catalog.Load(path, out _));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static void Refused(Func<byte[], byte[]> harm, params string[] expected)
    {
        using var scene = new Scene(photos: 1);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(scene.Context.Transforms.CopyColumns("Copy", "ImagePath").Fit(scene.Data), scene.Data.Schema, path);
        Rewrite(path, (name, bytes) => name.EndsWith("model.zip", StringComparison.Ordinal) ? harm(bytes) : bytes, _ => { });
        var error = Assert.Throws<InvalidInputException>(() => scene.Catalog.Load(path, out _));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.All(expected, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    // As a stranger would: every hash fits again.
    private static void Rewrite(string path, Func<string, byte[], byte[]> change, Action<JsonObject> changeManifest)
    {
        ArchiveReader old = ArchiveReader.Open(path, ModelFormat.Kind);
        var manifest = (JsonObject)old.Manifest.DeepClone();
        changeManifest(manifest);
        foreach (string key in new[] { "format", "version", "entries" })
        {
            manifest.Remove(key);
        }

        AtomicFile.Write(path, stream =>
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            var archive = new ArchiveWriter(zip);
            foreach ((string name, _) in old.Sizes)
            {
                archive.Add(name, change(name, old.Bytes(name)));
            }

            archive.AddManifest(ModelFormat.Kind, manifest);
        });
    }

    private static byte[] Empty()
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create))
        {
            zip.CreateEntry("readme");
        }

        return stream.ToArray();
    }

    private static byte[] Set(byte[] zip, string name, byte[] content) => Edit(zip, archive =>
    {
        archive.GetEntry(name)?.Delete();
        using Stream stream = archive.CreateEntry(name).Open();
        stream.Write(content);
    });

    private static byte[] Replace(byte[] zip, byte[] old, byte[] by) => Edit(zip, archive =>
    {
        foreach (string name in archive.Entries.Select(entry => entry.FullName).ToArray())
        {
            using Stream stream = archive.GetEntry(name)!.Open();
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            for (int at; (at = bytes.AsSpan().IndexOf(old)) >= 0;)
            {
                by.CopyTo(bytes, at);
            }

            stream.Position = 0;
            stream.Write(bytes);
        }
    });

    private static byte[] Edit(byte[] zip, Action<ZipArchive> edit)
    {
        using MemoryStream stream = new();
        stream.Write(zip);
        using (ZipArchive archive = new(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            edit(archive);
        }

        return stream.ToArray();
    }

    public sealed class From
    {
        public string ImagePath { get; set; } = "";
    }

    public sealed class To
    {
        public string Marked { get; set; } = "";
    }

    [CustomMappingFactoryAttribute(Contract)]
    public sealed class GuardedMapping : CustomMappingFactory<From, To>
    {
        public override Action<From, To> GetMapping() => (from, to) => to.Marked = from.ImagePath + "!";
    }
}
