using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>
/// Paints a <see cref="LabelMap"/> as an image in its classes' colors, or lays the colors over a photo. Makes a new
/// Bgra32 image for each reader and, as ML.NET's image transformers do, disposes the one it made for that reader before.
/// </summary>
public sealed class LabelMapToImageTransformer : RowMappingTransformer
{
    internal const string Kind = "label-map-to-image";
    private readonly string _output;
    private readonly string _labels;
    private readonly string? _image;
    private readonly ClassList? _classes;
    private readonly PaintOptions _painting;

    internal LabelMapToImageTransformer(string output, string labels, string? image, ClassList? classes, PaintOptions painting)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(labels);
        _output = output;
        _labels = labels;
        _image = image;
        _classes = classes;
        _painting = painting;
    }

    internal override string PartKind => Kind;

    // Files from before there was a choice painted class 0 like the others.
    internal static LabelMapToImageTransformer ReadPart(PartReader part) => new(
        part.Text("output"), part.Text("labels"), part.OptionalText("image"), part.Classes, new PaintOptions
        {
            Opacity = (float)part.Number("opacity"),
            PaintBackground = part.OptionalFlag("background") ?? true,
        });

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _output;
        part.Options["labels"] = _labels;
        part.Options["image"] = _image;
        part.Options["opacity"] = (double)_painting.Opacity;
        part.Options["background"] = _painting.PaintBackground;
        part.SetClasses(_classes);
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        ColumnSizes sizes = input.RequireLabels(_labels);
        if (_image is not null)
        {
            input.RequireImage(_image);
        }

        ImageDataViewType image = sizes is { Height: int height and > 0, Width: int width and > 0 }
            ? new ImageDataViewType(height, width)
            : ColumnTypes.Image;
        return [new MappedColumn(_output, image, _image is null ? [_labels] : [_labels, _image])];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<LabelMap> labels = scope.Reader<LabelMap>(_labels);
        SharedImage? photo = _image is null ? null : scope.Image(_image);
        SegmentationPainter painter = new(_classes ?? ClassAnnotations.Read(scope.Column(_labels).Annotations), _painting);

        // Readers share this delegate, so what is ours is known by reference: weakly, to keep no image alive.
        var made = new System.Runtime.CompilerServices.ConditionalWeakTable<MLImage, object>();
        ValueGetter<MLImage> getter = (ref MLImage value) =>
        {
            scope.ThrowIfDisposed();
            MLImage image = Paint(Rows.Present(labels(), _labels), photo, painter);
            if (value is not null && made.Remove(value))
            {
                value.Dispose();
            }

            made.Add(image, this);
            value = image;
        };
        return [getter];
    }

    private MLImage Paint(LabelMap map, SharedImage? photo, SegmentationPainter painter)
    {
        if (photo is null)
        {
            return painter.Labels(map);
        }

        ImageView view = Images.View(photo.Value, _image!);
        return view.Height == map.Height && view.Width == map.Width
            ? painter.Overlay(view, map)
            : throw new InvalidInputException(
                $"{Images.Name(photo.Value, _image!)}", $"{map.Height}x{map.Width} as column '{_labels}'", $"{view.Height}x{view.Width}");
    }
}
