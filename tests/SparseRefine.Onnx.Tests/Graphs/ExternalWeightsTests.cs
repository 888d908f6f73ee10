using System.Runtime.InteropServices;
using SparseRefine.Images;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using Xunit;

namespace SparseRefine.Onnx.Tests.Graphs;

public sealed class ExternalWeightsTests : IDisposable
{
    private const int Float = OnnxModelBuilder.Float;
    private static readonly float[] Values = [-1, -1, -1, 1, 2, 3];
    private readonly string _root = Directory.CreateTempSubdirectory("weights").FullName;
    private readonly string _folder;

    public ExternalWeightsTests()
    {
        _folder = Directory.CreateDirectory(Path.Combine(_root, "model")).FullName;
        WriteValues(Path.Combine(_folder, "w.bin"), offset: 8);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("w.bin")]
    [InlineData("./w.bin")]
    [InlineData("sub/../w.bin")]
    public void ReadBytes_WeightsBesideTheFile_HoldsThem(string location)
    {
        string path = Save(WithInitializer(location, 8));

        byte[] bytes = DenseModel.ReadBytes(path);

        using var elsewhere = new DenseModel(bytes, "m.onnx");
        using var there = new DenseModel(path);
        using var own = new DenseModel(Own(), "own.onnx");
        ImageBuffer image = TestImage.Noise(64, 64);
        float[] expected = own.Run(image.View).Values;
        Assert.Equal(expected, elsewhere.Run(image.View).Values);
        Assert.Equal(expected, there.Run(image.View).Values);
        Assert.NotNull(there.MultiplyAdds(64, 64));
    }

    [Fact]
    public void ReadBytes_WeightsInAnAttribute_HoldsThem()
    {
        byte[] bytes = DenseModel.ReadBytes(Save(WithConstant("w.bin", 8)));

        using var model = new DenseModel(bytes, "m.onnx");
        using var own = new DenseModel(Own(), "own.onnx");
        ImageBuffer image = TestImage.Noise(64, 64);
        Assert.Equal(own.Run(image.View).Values, model.Run(image.View).Values);
    }

    [Fact]
    public void Constructor_ManyGigabytesBesideTheFile_LeavesThemThere()
    {
        string path = Save(WithInitializer("w.bin", 8));

        OnnxFile file = OnnxFile.Load(path, embedUpTo: 23);

        Assert.True(file.HasExternalData);
        Assert.Contains("less than 2 GB", Assert.Throws<InvalidInputException>(() => file.SelfContained).Message);
        Assert.False(OnnxFile.Load(path, embedUpTo: 24).HasExternalData);
    }

    public static TheoryData<string> Places => ["initializer", "constant", "sparse initializer", "subgraph", "sparse attribute", "function"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Constructor_BytesThatNameAFile_AreRefused(string place)
    {
        // The file is there, in the current folder's terms too: it must not be read.
        string location = Path.Combine(_folder, "w.bin");
        TensorProto tensor = OnnxModelBuilder.External("w", location, 8, 2, 3, 1, 1);
        ModelProto model = ModelProto.Parser.ParseFrom(Own());
        var sparse = new SparseTensorProto { Values = tensor };
        var inner = new GraphProto { Name = "inner", Initializer = { tensor } };
        switch (place)
        {
            case "initializer":
                model.Graph.Initializer.Add(tensor);
                break;
            case "constant":
                model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "value", T = tensor });
                break;
            case "sparse initializer":
                model.Graph.SparseInitializer.Add(sparse);
                break;
            case "subgraph":
                model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "body", G = inner });
                break;
            case "sparse attribute":
                model.Graph.Node[0].Attribute.Add(new AttributeProto { Name = "sparse_value", SparseTensor = sparse });
                break;
            default:
                var node = new NodeProto { OpType = "Constant", Attribute = { new AttributeProto { Name = "value", T = tensor } } };
                model.Functions.Add(new FunctionProto { Node = { node } });
                break;
        }

        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => new DenseModel(Google.Protobuf.MessageExtensions.ToByteArray(model), "m.onnx"));

        Assert.Equal(
            $"m.onnx: expected a model that holds its own weights, as it does not come from a file, got tensor 'w' in the file '{location}'", e.Message);
    }

    [Fact]
    public void Constructor_LocationThatLeavesTheFolder_IsRefused()
    {
        WriteValues(Path.Combine(_root, "up.bin"), 0);
        File.CreateSymbolicLink(Path.Combine(_folder, "link.bin"), Path.Combine(_root, "up.bin"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), _root);
        string[] locations = ["../up.bin", Path.Combine(_folder, "w.bin"), "link.bin", "linked/up.bin", "../model2/w.bin", "", "/etc/passwd"];
        Directory.CreateDirectory(Path.Combine(_root, "model2"));
        WriteValues(Path.Combine(_root, "model2", "w.bin"), 0);
        foreach (string location in locations)
        {
            string path = Save(WithInitializer(location, 0));

            InvalidInputException e = Assert.Throws<InvalidInputException>(() => new DenseModel(path));

            Assert.StartsWith($"{path}: tensor 'w': expected its weights in a file of the model's folder, got '{location}'", e.Message);
        }
    }

    [Fact]
    public void Constructor_FileThatIsMissingOrShort_IsRefused()
    {
        string missing = Save(WithInitializer("none.bin", 0));
        Assert.Contains("'none.bin', which is not there", Assert.Throws<InvalidInputException>(() => new DenseModel(missing)).Message);
        string cut = Save(WithInitializer("w.bin", 16));
        Assert.EndsWith(
            "expected 24 bytes from byte 16 of 'w.bin', got a file of 32 bytes", Assert.Throws<InvalidInputException>(() => new DenseModel(cut)).Message);
    }

    [Fact]
    public void Constructor_LinksIntoAStore_AreFollowedTogether()
    {
        // As Hugging Face's cache keeps what it downloads.
        string store = Directory.CreateDirectory(Path.Combine(_root, "blobs")).FullName;
        File.Move(Save(WithInitializer("w.bin", 8)), Path.Combine(store, "1"));
        File.Move(Path.Combine(_folder, "w.bin"), Path.Combine(store, "2"));
        File.CreateSymbolicLink(Path.Combine(_folder, "m.onnx"), Path.Combine("..", "blobs", "1"));
        File.CreateSymbolicLink(Path.Combine(_folder, "w.bin"), Path.Combine("..", "blobs", "2"));

        using var model = new DenseModel(Path.Combine(_folder, "m.onnx"));

        Assert.Equal(2, model.Classes);
    }

    private static void WriteValues(string path, int offset) => File.WriteAllBytes(path, [.. new byte[offset], .. MemoryMarshal.AsBytes<float>(Values)]);

    private static byte[] Own() => Convolution(b => b.Weights("w", Values, 2, 3, 1, 1));

    private static byte[] WithInitializer(string location, int offset) => Convolution(b => b.ExternalWeights("w", location, offset, 2, 3, 1, 1));

    private static byte[] WithConstant(string location, int offset) =>
        Convolution(b => b.Node("Constant", [], ["w"], ("value", OnnxModelBuilder.External("", location, offset, 2, 3, 1, 1))));

    private static byte[] Convolution(Func<OnnxModelBuilder, OnnxModelBuilder> weights) =>
        weights(new OnnxModelBuilder().Input("image", Float, 1, 3, -1, -1))
            .Node("Conv", ["image", "w"], ["scores"])
            .Output("scores", Float, 1, 2, -1, -1)
            .Build();

    private string Save(byte[] model)
    {
        string path = Path.Combine(_folder, "m.onnx");
        File.WriteAllBytes(path, model);
        return path;
    }
}
