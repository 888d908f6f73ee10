using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

public class ModelFileTests
{
    [Fact]
    public void Load_FreshContext_GivesTheSameAnswersSchemaNamesAndScopes()
    {
        using var scene = new Scene();
        using var fitted = scene.Fit(Scene.Classes());
        var model = fitted.Append(
            scene.Catalog.ConvertToVector("Vector", "PredictedLabel").Fit(fitted.Transform(scene.Data)),
            TransformerScope.Scoring);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, scene.Data.Schema, path);
        ITransformer loaded = new MLContext().SemanticSegmentation.Load(path, out DataViewSchema? schema);
        using var disposable = (IDisposable)loaded;

        Assert.Equal(scene.Data.Schema.Select(c => c.Name), schema!.Select(c => c.Name));
        IDataView expected = model.Transform(scene.Data);
        IDataView actual = loaded.Transform(scene.Data);
        Assert.Equal(expected.Schema.Select(c => (c.Name, c.Type)), actual.Schema.Select(c => (c.Name, c.Type)));
        Assert.Equal(
            expected.GetColumn<LabelMap>("PredictedLabel").Select(map => map.Labels),
            actual.GetColumn<LabelMap>("PredictedLabel").Select(map => map.Labels));
        Assert.Equal(["red", "green", "blue"], SegmentationEvaluator.Names(actual.Schema["PredictedLabel"])!);
        Assert.Equal(
            ScopedTransformers.Of(model).Select(part => part.Scope),
            ScopedTransformers.Of(loaded).Select(part => part.Scope));
    }

    [Fact]
    public void Save_ModelOnOneThread_KeepsNoThreads()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        Assert.Equal(1, model.OfType<DenseSegmentationTransformer>().Single().Model.Options.IntraOpNumThreads);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, null, path);
        using (ZipArchive zip = ZipFile.OpenRead(path))
        using (StreamReader manifest = new(zip.GetEntry("manifest.json")!.Open()))
        {
            Assert.DoesNotContain("threads", manifest.ReadToEnd(), StringComparison.OrdinalIgnoreCase);
        }

        using var loaded = (TransformerChain<ITransformer>)scene.Catalog.Load(path, out _);
        Assert.Equal(0, loaded.OfType<DenseSegmentationTransformer>().Single().Model.Options.IntraOpNumThreads);
    }

    [Fact]
    public void Load_StreamThatCannotSeek_Works()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, null, path);
        using var zipped = new MemoryStream();
        using (var pack = new GZipStream(zipped, CompressionMode.Compress, leaveOpen: true))
        {
            pack.Write(File.ReadAllBytes(path));
        }

        zipped.Position = 0;
        using var unpack = new GZipStream(zipped, CompressionMode.Decompress);
        ITransformer loaded = scene.Catalog.Load(unpack, out DataViewSchema? schema);
        Assert.Null(schema);
        ((IDisposable)loaded).Dispose();
    }

    [Fact]
    public void Describe_SavedModel_TellsPartsAndClasses()
    {
        using var scene = new Scene();
        using var model = scene.Fit(Scene.Classes());
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, scene.Data.Schema, path);
        SavedModelDescription description = scene.Catalog.Describe(path);
        Assert.Equal(
            ["mlnet", "label-map-loading", "dense-model", "sparse-refinement"], description.Parts.Select(part => part.Kind));
        Assert.Equal("fraction:0.25", description.Parts[3].Options["selector"]);
        Assert.Equal(["red", "green", "blue"], description.ClassList!.Names);
    }

    [Fact]
    public void Save_TransformerThatCannotBeSaved_LeavesTheOldFile()
    {
        using var scene = new Scene();
        string path = scene.PathOf("m.sparserefine");
        File.WriteAllText(path, "old");
        Action<PhotoPair, PhotoPair> map = (from, to) => to.ImagePath = from.ImagePath;
        ITransformer custom = scene.Context.Transforms.CustomMapping(map, contractName: null).Fit(scene.Data);
        Assert.ThrowsAny<Exception>(() => scene.Catalog.Save(custom, null, path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Empty(Directory.GetFiles(scene.Folder, "*.tmp"));
    }

    [Fact]
    public void Save_ThroughMLNet_NamesOurMethod()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        var error = Assert.ThrowsAny<Exception>(() => scene.Context.Model.Save(model, null, scene.PathOf("m.zip")));
        Assert.Contains("mlContext.SemanticSegmentation.Save", error.GetBaseException().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Missing_NamesTheFile() => Refused(path => { }, "expected a model file, got no such file");

    [Fact]
    public void Load_DenseModel_SaysWhatOpensIt()
    {
        using TestFolder folder = new();
        string file = folder.Write("m.onnx", "no archive");
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => SegmentationModel.Load(file));
        Assert.Equal($"{file}: expected a fitted pipeline (*.sparserefine), got a dense model, which SegmentationModel.FromOnnx opens", error.Message);
    }

    [Fact]
    public void Load_Empty_NamesTheFile() =>
        Refused(path => File.WriteAllBytes(path, []), "broken or foreign file");

    [Fact]
    public void Load_NotAZip_NamesTheFile() =>
        Refused(path => File.WriteAllText(path, "no model at all"), "broken or foreign file");

    [Fact]
    public void Load_ForeignZip_NamesTheFile() =>
        Refused(path => Zip(path, ("readme.txt", "hello")), "a zip without manifest.json");

    [Fact]
    public void Load_ForeignManifest_NamesTheFile() =>
        Refused(path => Zip(path, ("manifest.json", "{\"format\":\"other\",\"version\":1}")), "got 'other'");

    [Fact]
    public void Load_ManifestThatIsNoJson_NamesTheFile() =>
        Refused(path => Zip(path, ("manifest.json", "{{")), "a readable manifest.json");

    [Fact]
    public void Load_NewerVersion_SaysSo() => Refused(
        path => Zip(path, ("manifest.json", "{\"format\":\"sparserefine\",\"version\":3}")), "newer SparseRefine");

    [Fact]
    public void Load_ManifestChanged_NamesItsHash() => RefusedAfterSaving(
        path => Change(path, entry => entry == "manifest.json", bytes => bytes[bytes.AsSpan().IndexOf("fraction:0.25"u8) + 11] ^= 1),
        "expected manifest.json with SHA-256");

    [Fact]
    public void Load_ManifestWithoutItsHash_SaysSo() => RefusedAfterSaving(
        path =>
        {
            using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update);
            zip.Comment = "";
        },
        "expected the SHA-256 of manifest.json as the archive's comment, got none");

    [Fact]
    public void Load_VersionOne_WhichHasNoHashOfItsManifest_Works()
    {
        using var scene = new Scene();
        using var model = scene.Fit();
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(model, null, path);
        Change(path, entry => entry == "manifest.json", bytes => bytes[bytes.AsSpan().IndexOf("\"version\": 2"u8) + 11] = (byte)'1');
        using (ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            zip.Comment = "";
        }

        Assert.Equal(1, scene.Catalog.Describe(path).FormatVersion);
        ((IDisposable)scene.Catalog.Load(path, out _)).Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_Overlay_PaintsBackgroundWhereTheFileIsFromBeforeThereWasAChoice(bool isOld)
    {
        using var scene = new Scene(photos: 1);
        var classes = new ClassList(["background", "green", "blue"], [1, 2, 3, 0, 255, 0, 0, 0, 255]);
        string path = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(
            scene.Inputs().Append(scene.Catalog.OverlayLabelMaps("Over", "Label", "Image", classes)).Fit(scene.Data), scene.Data.Schema, path);
        if (isOld)
        {
            Change(path, entry => entry == "manifest.json", bytes =>
            {
                bytes[bytes.AsSpan().IndexOf("\"version\": 2"u8) + 11] = (byte)'1';
                bytes[bytes.AsSpan().IndexOf("\"background\":"u8) + 1] = (byte)'_'; // a key that nobody reads
            });
            using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update);
            zip.Comment = "";
        }

        IDataView data = scene.Catalog.Load(path, out _).Transform(scene.Data);
        int pixel = data.GetColumn<LabelMap>("Label").Single().Labels.AsSpan().IndexOf((byte)0);
        using MLImage photo = MLImage.CreateFromFile(scene.Pairs[0].ImagePath);
        using MLImage painted = data.GetColumn<MLImage>("Over").Single();
        Assert.Equal(isOld, !photo.GetBGRPixels.AsSpan(pixel * 3, 3).SequenceEqual(painted.GetBGRPixels.AsSpan(pixel * 3, 3)));
    }

    [Theory]
    [InlineData("sub folder/mödel ü.sparserefine")]
    [InlineData("a.b/../c.d")]
    public void Load_OddPath_Works(string name)
    {
        using var scene = new Scene(photos: 1);
        ITransformer model = scene.Catalog.ConvertToVector("Vector", "Label").Fit(scene.Inputs().Fit(scene.Data).Transform(scene.Data));
        string path = Path.Combine(scene.Folder, name.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Directory.CreateDirectory(Path.Combine(scene.Folder, "a.b"));
        scene.Catalog.Save(model, null, path);
        Assert.IsType<LabelMapToVectorTransformer>(((IEnumerable<ITransformer>)scene.Catalog.Load(path, out _)).Single());
    }

    [Fact]
    public void Save_PathRelativeToTheWorkingFolder_Works()
    {
        using var scene = new Scene(photos: 1);
        ITransformer model = scene.Catalog.ConvertToVector("Vector", "Label").Fit(scene.Inputs().Fit(scene.Data).Transform(scene.Data));
        string path = Path.GetRelativePath(Environment.CurrentDirectory, scene.PathOf("m.sparserefine"));
        scene.Catalog.Save(model, null, path);
        Assert.Single((IEnumerable<ITransformer>)scene.Catalog.Load(path, out _));
    }

    [Fact]
    public void Load_EntryNameWithBackslash_NamesIt() =>
        Refused(path => Zip(path, ("parts\\model.onnx", "x")), "expected entries within the archive, got 'parts\\model.onnx'");

    [Fact]
    public void Load_EntryThatEscapes_NamesIt() =>
        Refused(path => Zip(path, ("../evil", "x")), "expected entries within the archive, got '../evil'");

    [Fact]
    public void Load_EntryTwice_NamesIt() =>
        Refused(path => Zip(path, ("a", "x"), ("a", "y")), "got 'a' twice");

    [Fact]
    public void Load_ManifestWithAKeyTwice_NamesTheFile() =>
        Refused(path => Zip(path, ("manifest.json", "{\"format\":\"sparserefine\",\"format\":\"x\"}")), "expected a readable manifest.json");

    [Fact]
    public void Load_EntryThatWouldFillTheMemory_IsNotUnpacked() => RefusedAfterSaving(
        path =>
        {
            byte[] bytes = File.ReadAllBytes(path);
            int entry = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
            BitConverter.TryWriteBytes(bytes.AsSpan(entry + 24), 0x7FFFFFC0);
            File.WriteAllBytes(path, bytes);
        },
        "expected entries of at most 67108864 bytes");

    [Fact]
    public void Load_Truncated_NamesTheFile() => RefusedAfterSaving(path =>
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
    });

    [Fact]
    public void Load_EntryChanged_NamesItsHash() => RefusedAfterSaving(
        path => Change(path, entry => entry.EndsWith("extractor.safetensors", StringComparison.Ordinal), bytes => bytes[^1] ^= 1),
        "with SHA-256");

    [Fact]
    public void Load_EntryMissing_NamesIt() => RefusedAfterSaving(
        path =>
        {
            using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update);
            zip.Entries.First(entry => entry.Name == "model.onnx").Delete();
        },
        "model.onnx', got none");

    [Fact]
    public void Load_EntryTooMany_NamesIt() => RefusedAfterSaving(
        path =>
        {
            using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update);
            zip.CreateEntry("stranger");
        },
        "got 'stranger'");

    private static void RefusedAfterSaving(Action<string> harm, string expected = "expected") => Refused(
        path =>
        {
            using var scene = new Scene();
            using var model = scene.Fit();
            scene.Catalog.Save(model, scene.Data.Schema, path);
            harm(path);
        },
        expected);

    private static void Refused(Action<string> make, string expected)
    {
        string folder = Directory.CreateTempSubdirectory("sparserefine-").FullName;
        try
        {
            string path = Path.Combine(folder, "m.sparserefine");
            make(path);
            var error = Assert.Throws<InvalidInputException>(
                () => new MLContext().SemanticSegmentation.Load(path, out _));
            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Zip(string path, params (string Name, string Text)[] entries)
    {
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach ((string name, string text) in entries)
        {
            using Stream stream = zip.CreateEntry(name).Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    private static void Change(string path, Func<string, bool> pick, Action<byte[]> change)
    {
        using ZipArchive zip = ZipFile.Open(path, ZipArchiveMode.Update);
        ZipArchiveEntry entry = zip.Entries.First(e => pick(e.FullName));
        using Stream stream = entry.Open();
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        change(bytes);
        stream.Position = 0;
        stream.Write(bytes);
    }
}
