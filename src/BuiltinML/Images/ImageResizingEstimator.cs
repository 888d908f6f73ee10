using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Resizes images.</summary>
public sealed class ImageResizingEstimator : TrivialEstimator<ImageResizingTransformer>
{
    internal ImageResizingEstimator(
        string outputColumnName, int imageWidth, int imageHeight, string inputColumnName, ResizingKind resizing, Anchor cropAnchor)
        : base(new ImageResizingTransformer(outputColumnName, imageWidth, imageHeight, inputColumnName, resizing, cropAnchor))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var input = inputSchema.Find(Transformer.Input);
        if (input.ItemType is not ImageDataViewType)
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputSchema), $"Schema mismatch for input column '{input.Name}': expected Image, got {input.Describe()}");
        }

        return inputSchema.With(new SchemaShape.Column(Transformer.Output, Transformer.OutputType));
    }

    /// <summary>What happens to the aspect ratio.</summary>
    public enum ResizingKind : byte
    {
        /// <summary>Kept; black bars fill the rest.</summary>
        IsoPad = 0,

        /// <summary>Kept; what sticks out is cut.</summary>
        IsoCrop = 1,

        /// <summary>Not kept.</summary>
        Fill = 2,
    }

    /// <summary>Which side is kept when cropping.</summary>
    public enum Anchor : byte
    {
        /// <summary>The right.</summary>
        Right = 0,

        /// <summary>The left.</summary>
        Left = 1,

        /// <summary>The top.</summary>
        Top = 2,

        /// <summary>The bottom.</summary>
        Bottom = 3,

        /// <summary>The middle.</summary>
        Center = 4,
    }
}
