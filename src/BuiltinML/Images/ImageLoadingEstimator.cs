using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

/// <summary>Loads images from paths.</summary>
public sealed class ImageLoadingEstimator : TrivialEstimator<ImageLoadingTransformer>
{
    internal ImageLoadingEstimator(string outputColumnName, string imageFolder, string inputColumnName)
        : base(new ImageLoadingTransformer(outputColumnName, imageFolder, inputColumnName))
    {
    }

    /// <inheritdoc/>
    public override SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var input = inputSchema.Find(Transformer.Input);
        if (input.ItemType is not TextDataViewType || input.Kind != SchemaShape.Column.VectorKind.Scalar)
        {
            throw new ArgumentOutOfRangeException(
                nameof(inputSchema), $"Schema mismatch for input column '{input.Name}': expected String, got {input.Describe()}");
        }

        return inputSchema.With(new SchemaShape.Column(Transformer.Output, new ImageDataViewType()));
    }
}
