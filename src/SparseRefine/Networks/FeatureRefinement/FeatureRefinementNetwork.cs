using System.Runtime.Intrinsics;
using SparseRefine.Grids;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;

namespace SparseRefine.Networks;

/// <summary>
/// The dense network with a feature refinement module: <see cref="BackboneKind"/> backbone, module, pyramid decoder. Sees
/// normalised pixels, gives logits at a quarter of the side or finer. Inference is thread-safe as long as nobody trains.
/// </summary>
internal sealed class FeatureRefinementNetwork
{
    /// <summary>The sides of what runs through the network are multiples of this: photos are padded at the bottom and right, logits cut.</summary>
    public const int SizeMultiple = 32;

    /// <summary>Floats a pixel of the input: red, green, blue and zeros up to a width that kernels work on without a tail.</summary>
    internal const int PixelFloats = 8;

    /// <summary>The mean color of <see cref="RefinerFeatures"/>, red, green and blue, which exported models subtract.</summary>
    internal static readonly IReadOnlyList<float> StandardMean = [123.675f, 116.28f, 103.53f];

    /// <summary>The deviation of <see cref="RefinerFeatures"/>.</summary>
    internal static readonly IReadOnlyList<float> Deviation = [58.395f, 57.12f, 57.375f];

    /// <summary>Length of the vectors that the contrastive term compares.</summary>
    private const int EmbeddingChannels = 32;

    /// <summary>Makes a network with random weights.</summary>
    /// <exception cref="ArgumentException">An option out of range.</exception>
    public FeatureRefinementNetwork(FeatureRefinementOptions options, int seed)
    {
        Options = options;
        var random = new Random(seed);
        bool isResNet = options.Backbone == BackboneKind.ResNet18;
        Backbone = isResNet ? new ResNetBackbone(random) : new PlainBackbone(options, random);
        Module = options.HasModule ? new RefinementModule(options, random) : null;
        Decoder = new PyramidDecoder(options, isResNet ? options.StageChannels[0] : options.Channels[0] / 2, random);
        Hidden = new Linear("contrast.hidden", Decoder.Channels, Decoder.Channels, random);
        Embedding = new Linear("contrast.embedding", Decoder.Channels, EmbeddingChannels, random);
        Parameters = [.. Backbone.Parameters, .. Module?.Parameters ?? [], .. Decoder.Parameters];
        ContrastParameters = [.. Hidden.Parameters, .. Embedding.Parameters];
    }

    /// <summary>The network's shape.</summary>
    public FeatureRefinementOptions Options { get; }

    /// <summary>Weights and running statistics that inference uses.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Weights of the projection that only the contrastive term of training uses.</summary>
    public IReadOnlyList<Parameter> ContrastParameters { get; }

    internal IBackbone Backbone { get; }

    internal RefinementModule? Module { get; }

    internal PyramidDecoder Decoder { get; }

    internal Linear Hidden { get; }

    internal Linear Embedding { get; }

    /// <summary>Logits of one photo.</summary>
    /// <returns>[classes, height / stride, width / stride], rounded up.</returns>
    public LogitMap Run(ImageView image, Workers workers)
    {
        (Variable input, GridShape grid) = Prepare(1, image.Height, image.Width);
        Fill(input, grid, 0, image);
        (_, Variable logits) = Forward(input, grid, null, workers);
        int classes = Options.Classes;
        int stride = Options.OutputStride;
        int height = (image.Height + stride - 1) / stride;
        int width = (image.Width + stride - 1) / stride;
        float[] planes = new float[classes * height * width];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<float> pixel = logits.Value.AsSpan(((y * grid.Width / stride) + x) * classes, classes);
                for (int c = 0; c < classes; c++)
                {
                    planes[(((c * height) + y) * width) + x] = pixel[c];
                }
            }
        }

        return new LogitMap(planes, classes, height, width);
    }

    /// <summary>An input matrix for photos of a size, sides padded to multiples of <see cref="SizeMultiple"/>; <see cref="Fill"/> writes it.</summary>
    internal static (Variable Input, GridShape Grid) Prepare(int images, int height, int width, Tape? tape = null)
    {
        GridShape grid = new(images, Pad(height), Pad(width));
        return (Variable.Output(tape, grid.Rows, PixelFloats, needsGradient: false), grid);
    }

    /// <summary>
    /// Writes a photo's normalised pixels into its place of the input, with the backbone's mean and the deviation of <see cref="RefinerFeatures"/>. The
    /// padding repeats the photo's last row and column: a plain color would be an edge that no photo has there, and be labelled as one.
    /// </summary>
    internal void Fill(Variable input, GridShape grid, int image, ImageView photo)
    {
        float[] mean = [.. Backbone.Mean];
        float[] factor = [.. Deviation.Select(deviation => 1 / deviation)];
        int bytes = photo.BytesPerPixel;
        int red = photo.RedOffset;
        int line = grid.Width * PixelFloats;
        Span<float> place = input.Value.AsSpan(image * grid.Pixels * PixelFloats, grid.Pixels * PixelFloats);
        for (int y = 0; y < photo.Height; y++)
        {
            ReadOnlySpan<byte> row = photo.Pixels.Slice(y * photo.Width * bytes, photo.Width * bytes);
            Span<float> target = place.Slice(y * line, line);
            for (int x = 0; x < row.Length; x += bytes, target = target[PixelFloats..])
            {
                Vector256.Create(
                    (row[x + red] - mean[0]) * factor[0], (row[x + 1] - mean[1]) * factor[1], (row[x + 2 - red] - mean[2]) * factor[2], 0, 0, 0, 0, 0)
                    .CopyTo(target);
            }

            for (int x = photo.Width; x < grid.Width; x++, target = target[PixelFloats..])
            {
                place.Slice((y * line) + ((photo.Width - 1) * PixelFloats), PixelFloats).CopyTo(target);
            }
        }

        for (int y = photo.Height; y < grid.Height; y++)
        {
            place.Slice((photo.Height - 1) * line, line).CopyTo(place[(y * line)..]);
        }
    }

    /// <summary>[pixels, 8] to decoder features and logits of the output's stride.</summary>
    /// <param name="input">Made by <see cref="Prepare"/> and <see cref="Fill"/>.</param>
    /// <param name="grid">Its shape.</param>
    /// <param name="tape">Null in inference.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="freezeBackbone">Whether the backbone runs as in inference although the rest is trained: its norms keep their statistics.</param>
    internal (Variable Features, Variable Logits) Forward(Variable input, GridShape grid, Tape? tape, Workers workers, bool freezeBackbone = false)
    {
        (Variable Features, GridShape Grid)[] stages = Backbone.Forward(input, grid, freezeBackbone ? null : tape, workers);
        if (freezeBackbone)
        {
            stages = [.. stages.Select(stage => (stage.Features.AsData(), stage.Grid))];
        }

        Variable top = Module?.Forward(stages, tape, workers) ?? stages[4].Features;
        return Decoder.Forward(input, grid, stages, top, tape, workers);
    }

    /// <summary>What the contrastive term compares, not yet of unit length.</summary>
    internal Variable Embed(Variable features, Tape tape) =>
        Embedding.Forward(Relu.Forward(Hidden.Forward(features, tape, tape.Workers), tape, tape.Workers), tape, tape.Workers);

    private static int Pad(int side) => (side + SizeMultiple - 1) / SizeMultiple * SizeMultiple;
}
