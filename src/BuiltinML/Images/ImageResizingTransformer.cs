using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Image;

/// <summary>Resizes images. An image that has the size already is handed on as it is.</summary>
public sealed class ImageResizingTransformer : OneToOneTransformerBase
{
    internal const string Kind = "ResizeImages";
    private readonly ImageResizingEstimator.ResizingKind resizing;
    private readonly ImageResizingEstimator.Anchor anchor;

    internal ImageResizingTransformer(
        string outputColumnName, int width, int height, string inputColumnName, ImageResizingEstimator.ResizingKind resizing, ImageResizingEstimator.Anchor anchor)
        : base(outputColumnName, inputColumnName)
    {
        OutputType = new ImageDataViewType(height, width);
        this.resizing = resizing;
        this.anchor = anchor;
    }

    internal string Output => OutputColumnName;

    internal string Input => InputColumnName;

    internal ImageDataViewType OutputType { get; }

    internal static ImageResizingTransformer Load(ModelReader context)
    {
        var output = context.Reader.ReadString();
        var input = context.Reader.ReadString();
        return new(
            output,
            context.Reader.ReadInt32(),
            context.Reader.ReadInt32(),
            input,
            (ImageResizingEstimator.ResizingKind)context.Reader.ReadByte(),
            (ImageResizingEstimator.Anchor)context.Reader.ReadByte());
    }

    private protected override void Save(ModelSaveContext context)
    {
        context.Sign(Kind);
        context.Writer.Write(OutputColumnName);
        context.Writer.Write(InputColumnName);
        context.Writer.Write(OutputType.Width);
        context.Writer.Write(OutputType.Height);
        context.Writer.Write((byte)resizing);
        context.Writer.Write((byte)anchor);
    }

    private protected override DataViewSchema.DetachedColumn OutputOf(DataViewSchema.Column input)
        => input.Type is ImageDataViewType
            ? new(OutputColumnName, OutputType)
            : throw WrongType(input.Name, "Image", $"{input.Type}");

    private protected override Delegate MakeGetter(DataViewRow input, DataViewSchema.Column column, DataViewType outputType, out Action disposer)
    {
        disposer = null;
        var getSource = input.GetGetter<MLImage>(column);
        MLImage source = null;
        return (ValueGetter<MLImage>)((ref MLImage value) =>
        {
            value?.Dispose();
            getSource(ref source);
            if (source is null)
            {
                return;
            }

            if (source.Height == OutputType.Height && source.Width == OutputType.Width)
            {
                value = source;
                return;
            }

            value = ImageResizer.Resize(source, OutputType.Width, OutputType.Height, resizing, anchor);
            value.Tag = source.Tag;
        });
    }
}
