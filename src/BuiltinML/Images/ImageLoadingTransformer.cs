using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Data;

/// <summary>Loads images from paths. An image lives until the next one is loaded in its place, the last until the cursor is disposed.</summary>
public sealed class ImageLoadingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "LoadImages";

    /// <summary>Folder that paths start from, or null.</summary>
    public readonly string ImageFolder;

    internal ImageLoadingTransformer(string outputColumnName, string imageFolder, string inputColumnName)
        : base(outputColumnName, inputColumnName)
    {
        ImageFolder = imageFolder;
    }

    internal string Output => OutputColumnName;

    internal string Input => InputColumnName;

    internal static ImageLoadingTransformer Load(ModelReader context)
    {
        var output = context.Reader.ReadString();
        var input = context.Reader.ReadString();
        return new(output, context.Reader.ReadString() is { Length: > 0 } folder ? folder : null, input);
    }

    private protected override void Save(ModelSaveContext context)
    {
        context.Sign(Kind);
        context.Writer.Write(OutputColumnName);
        context.Writer.Write(InputColumnName);
        context.Writer.Write(ImageFolder ?? string.Empty);
    }

    private protected override DataViewSchema.DetachedColumn OutputOf(DataViewSchema.Column input)
        => input.Type is TextDataViewType
            ? new(OutputColumnName, new ImageDataViewType())
            : throw WrongType(input.Name, "String", $"{input.Type}");

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column, DataViewType outputType, out Action disposer)
    {
        var getPath = input.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        MLImage last = null;
        disposer = () => last?.Dispose();
        return (ValueGetter<MLImage>)((ref MLImage value) =>
        {
            value?.Dispose();
            value = null;
            getPath(ref text);
            if (text.Length > 0)
            {
                var path = string.IsNullOrWhiteSpace(ImageFolder) ? text.ToString() : Path.Combine(ImageFolder, text.ToString());
                using MemoryStream encoded = new(File.ReadAllBytes(path));
                value = MLImage.CreateFromStream(encoded);
                value.Tag = path;
            }

            last = value;
        });
    }
}
