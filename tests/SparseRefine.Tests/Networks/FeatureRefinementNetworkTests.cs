using SparseRefine.Grids;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using Xunit;

namespace SparseRefine.Tests.Networks;

public sealed class FeatureRefinementNetworkTests
{
    private static readonly Workers Workers = new(2);

    private static FeatureRefinementOptions Small(BackboneKind backbone = BackboneKind.Light) => new(3)
    {
        Backbone = backbone,
        Channels = [8, 8, 16, 16],
        Blocks = [1, 0, 1, 1],
        DecoderChannels = 8,
    };

    [Theory]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Polyphase)]
    [InlineData(BackboneKind.Light, true, false, true, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, true, false, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, false, false, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, false, true, true, ContextPooling.Average)]
    [InlineData(BackboneKind.LargeKernel, true, true, true, ContextPooling.Average)]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Average, 2)]
    [InlineData(BackboneKind.Light, true, true, true, ContextPooling.Average, 1)]
    [InlineData(BackboneKind.ResNet18, true, false, true, ContextPooling.Average, 1)]
    public void Forward_Gradient_MatchesTheDifferenceAlongIt(
        BackboneKind backbone, bool module, bool pairwise, bool unary, ContextPooling pooling, int stride = 4)
    {
        var network = new FeatureRefinementNetwork(
            Small(backbone) with { HasModule = module, HasPairwise = pairwise, HasUnary = unary, Pooling = pooling, OutputStride = stride }, 5);
        (Variable input, GridShape grid) = FeatureRefinementNetwork.Prepare(2, 64, 96);
        Samples.Values(input.Value.Length, 3).CopyTo(input.Value, 0);
        float[] probe = [];
        double start = Loss(backward: true);
        Parameter[] trained = [.. network.Parameters.Where(p => p.IsTrained)];
        double square = trained.Sum(p => p.Gradient.Sum(g => (double)g * g));
        Assert.All(trained, p => Assert.Contains(p.Gradient, g => g != 0));

        // Along the gradient the loss rises by its squared length; relus make it not quite straight, so a short step and 5 %. More logits bend more.
        double step = 5e-4 * stride / Math.Sqrt(square);
        foreach (Parameter parameter in trained)
        {
            for (int i = 0; i < parameter.Value.Length; i++)
            {
                parameter.Value[i] += (float)(step * parameter.Gradient[i]);
            }
        }

        double above = Loss(backward: false);
        Tolerance.Equal(step * square, above - start, 0.05, 0, $"{backbone}: rise of the loss");

        double Loss(bool backward)
        {
            var tape = new Tape(Workers, new Random(1));
            (_, Variable logits) = network.Forward(input, grid, tape, Workers);
            probe = probe.Length == 0 ? Samples.Values(logits.Value.Length, 9) : probe;
            if (backward)
            {
                probe.CopyTo(logits.Gradient, 0);
                tape.Backward();
            }

            return logits.Value.Select((value, i) => (double)value * probe[i]).Sum();
        }
    }

    [Theory]
    [InlineData(4, 64, 64, 16, 16)]
    [InlineData(4, 33, 70, 9, 18)]
    [InlineData(4, 1, 1, 1, 1)]
    [InlineData(2, 33, 70, 17, 35)]
    [InlineData(1, 33, 70, 33, 70)]
    public void Run_AnySize_LogitsOfTheStrideRoundedUp(int stride, int height, int width, int rows, int columns)
    {
        var network = new FeatureRefinementNetwork(Small() with { OutputStride = stride }, 5);
        byte[] pixels = new byte[height * width * 3];
        new Random(3).NextBytes(pixels);

        LogitMap logits = network.Run(new ImageView(pixels, height, width, PixelOrder.Rgb24), Workers);

        Assert.Equal((3, rows, columns), (logits.Classes, logits.Height, logits.Width));
        Assert.All(logits.Values, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Run_SidesThatThirtyTwoDoesNotDivide_AsIfLastRowAndColumnWentOn()
    {
        const int Height = 50;
        const int Width = 37;
        var network = new FeatureRefinementNetwork(Small() with { OutputStride = 1 }, 5);
        byte[] pixels = new byte[Height * Width * 3];
        new Random(3).NextBytes(pixels);
        byte[] longer = new byte[64 * 64 * 3];
        for (int at = 0; at < longer.Length; at++)
        {
            (int y, int x) = Math.DivRem(at / 3, 64);
            longer[at] = pixels[(((Math.Min(y, Height - 1) * Width) + Math.Min(x, Width - 1)) * 3) + (at % 3)];
        }

        LogitMap padded = network.Run(new ImageView(pixels, Height, Width, PixelOrder.Rgb24), Workers);
        LogitMap whole = network.Run(new ImageView(longer, 64, 64, PixelOrder.Rgb24), Workers);

        for (int i = 0; i < padded.Values.Length; i++)
        {
            (int row, int x) = Math.DivRem(i, Width);
            (int c, int y) = Math.DivRem(row, Height);
            Assert.Equal(whole.Values[(((c * 64) + y) * 64) + x], padded.Values[i]);
        }
    }

    [Fact]
    public void Run_AnyNumberOfThreads_SameBits()
    {
        var network = new FeatureRefinementNetwork(Small(BackboneKind.LargeKernel), 5);
        byte[] pixels = new byte[100 * 90 * 4];
        new Random(3).NextBytes(pixels);

        LogitMap one = network.Run(new ImageView(pixels, 100, 90, PixelOrder.Bgra32), new Workers(1));
        LogitMap three = network.Run(new ImageView(pixels, 100, 90, PixelOrder.Bgra32), new Workers(3));

        Assert.Equal(one.Values, three.Values);
    }

    [Theory]
    [InlineData("Channels")]
    [InlineData("Blocks")]
    [InlineData("DecoderChannels")]
    [InlineData("OutputStride")]
    [InlineData("Temperature")]
    [InlineData("Classes")]
    public void Options_OutOfRange_NamesTheOption(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => name switch
        {
            "Channels" => Small() with { Channels = [8, 8, 12, 16] },
            "Blocks" => Small() with { Blocks = [1, 1, 1] },
            "DecoderChannels" => Small() with { DecoderChannels = 20 },
            "OutputStride" => Small() with { OutputStride = 3 },
            "Temperature" => Small() with { Temperature = double.NaN },
            _ => Small() with { Classes = 1 },
        });

        Assert.StartsWith(name, error.Message);
    }
}
