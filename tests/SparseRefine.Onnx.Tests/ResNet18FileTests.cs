using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Grids;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Onnx.Export;
using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;
using Xunit;

namespace SparseRefine.Onnx.Tests;

/// <summary>The weights of the package, in our layers, against ONNX Runtime on the package's own file.</summary>
public sealed class ResNet18FileTests
{
    private const int Height = 224;
    private const int Width = 352;
    private static readonly Workers Workers = new(2);
    private static readonly string[] StageOutputs = ["ReLU253_Output_0", "ReLU283_Output_0", "ReLU315_Output_0", "ReLU347_Output_0", "ReLU393_Output_0"];

    [Fact]
    public void Fill_OnAPhoto_FeaturesOfEveryStrideEqualOnnxRuntimes()
    {
        ImageBuffer photo = Photo();
        FeatureRefinementNetwork network = new(new FeatureRefinementOptions(3) { Backbone = BackboneKind.ResNet18 }, seed: 1);
        ResNet18File.Fill(ResNet18File.Find(), (ResNetBackbone)network.Backbone);
        (Variable input, GridShape grid) = FeatureRefinementNetwork.Prepare(1, Height, Width);
        network.Fill(input, grid, 0, photo.View);

        (Variable Features, GridShape Grid)[] ours = network.Backbone.Forward(input, grid, null, Workers);

        float[][] theirs = TheirFeatures(photo);
        for (int stage = 0; stage < ours.Length; stage++)
        {
            (Variable features, GridShape shape) = ours[stage];
            int pixels = shape.Pixels;
            Assert.Equal((features.Rows, features.Length), (pixels, theirs[stage].Length));
            float largest = theirs[stage].Max();
            for (int i = 0; i < features.Length; i++)
            {
                (int pixel, int channel) = Math.DivRem(i, features.Channels);
                float expected = theirs[stage][(channel * pixels) + pixel];
                Assert.True(
                    Math.Abs(features.Value[i] - expected) <= 1e-4 * largest,
                    $"{StageOutputs[stage]} pixel {pixel} channel {channel}: ours {features.Value[i]}, theirs {expected}, largest {largest}");
            }
        }
    }

    [Fact]
    public void Fill_AnotherNetwork_SaysWhatWasExpected()
    {
        string path = Path.GetTempFileName();
        File.WriteAllBytes(path, FeatureRefinementExport.ToOnnx(new FeatureRefinementNetwork(new FeatureRefinementOptions(3), 1)));
        try
        {
            var error = Assert.Throws<InvalidInputException>(() => ResNet18File.Fill(path, new ResNetBackbone(new Random(1))));

            Assert.Contains("the ResNet-18 of Microsoft.ML.DnnImageFeaturizer.ResNet18", error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ToOnnx_OfAResNet_TellsWhereItsWeightsComeFrom()
    {
        byte[] bytes = FeatureRefinementExport.ToOnnx(
            new FeatureRefinementNetwork(new FeatureRefinementOptions(3) { Backbone = BackboneKind.ResNet18 }, 1));

        StringStringEntryProto entry = Assert.Single(OnnxFile.Parse(bytes, "export").Model.MetadataProps);
        Assert.Contains("Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1", entry.Value);
        Assert.Contains("MIT", entry.Value);
    }

    // A smooth scene with edges: noise alone would leave most channels near zero.
    private static ImageBuffer Photo()
    {
        byte[] pixels = new byte[Height * Width * 3];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                bool isDisc = Math.Pow(x - 120, 2) + Math.Pow(y - 90, 2) < 3600;
                int at = ((y * Width) + x) * 3;
                pixels[at] = (byte)(isDisc ? 220 - (y / 2) : 40 + (x / 3));
                pixels[at + 1] = (byte)(isDisc ? 60 : 128 + (100 * Math.Sin(x / 9.0) * Math.Cos(y / 7.0)));
                pixels[at + 2] = (byte)(isDisc ? x : 255 - y);
            }
        }

        return new ImageBuffer(pixels, Height, Width, PixelOrder.Rgb24);
    }

    // The package's graph up to its last stage, at this photo's size, which sees blue, green and red minus their means.
    private static float[][] TheirFeatures(ImageBuffer photo)
    {
        ModelProto model = OnnxFile.Load(ResNet18File.Find()).Model.Clone();
        NodeProto[] nodes = [.. model.Graph.Node.TakeWhile(node => node.OpType != "AveragePool")];
        model.Graph.Node.Clear();
        model.Graph.Node.Add(nodes);
        model.Graph.Output.Clear();
        model.Graph.Output.Add(StageOutputs.Select(name => new ValueInfoProto { Name = name }));
        model.Graph.ValueInfo.Clear();
        ValueInfoProto input = model.Graph.Input.Single(value => value.Name == "Input247");
        input.Type.TensorType.Shape.Dim[2].DimValue = Height;
        input.Type.TensorType.Shape.Dim[3].DimValue = Width;
        float[] planes = new float[3 * Height * Width];
        float[] mean = [103.06f, 115.90f, 123.15f];
        for (int c = 0; c < 3; c++)
        {
            for (int i = 0; i < Height * Width; i++)
            {
                planes[(c * Height * Width) + i] = photo.Pixels[(i * 3) + 2 - c] - mean[c];
            }
        }

        using InferenceSession session = new(model.ToByteArray());
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> results = session.Run(
            [NamedOnnxValue.CreateFromTensor("Input247", new DenseTensor<float>(planes, [1, 3, Height, Width]))]);
        return [.. results.Select(result => result.AsTensor<float>().ToArray())];
    }
}
