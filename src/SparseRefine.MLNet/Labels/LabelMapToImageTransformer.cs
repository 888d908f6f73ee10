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
    private readonly LabelMapToImageEstimator.Options _options;

    internal LabelMapToImageTransformer(LabelMapToImageEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    internal override string PartKind => Kind;

    // Files from before there was a choice painted class 0 like the others.
    internal static LabelMapToImageTransformer ReadPart(PartReader part) => new(new()
    {
        OutputColumnName = part.Text("output"),
        LabelMapColumnName = part.Text("labels"),
        ImageColumnName = part.OptionalText("image"),
        ClassList = part.Classes,
        Opacity = (float)part.Number("opacity"),
        PaintBackground = part.OptionalFlag("background") ?? true,
    });

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _options.OutputColumnName;
        part.Options["labels"] = _options.LabelMapColumnName;
        part.Options["image"] = _options.ImageColumnName;
        part.Options["opacity"] = (double)_options.Opacity;
        part.Options["background"] = _options.PaintBackground;
        part.SetClasses(_options.ClassList);
    }

    private protected override IReadOnlyList<MappedColumn> Describe(InputColumns input)
    {
        ColumnSizes sizes = input.RequireLabels(_options.LabelMapColumnName);
        if (_options.ImageColumnName is not null)
        {
            input.RequireImage(_options.ImageColumnName);
        }

        ImageDataViewType image = sizes is { Height: int height and > 0, Width: int width and > 0 }
            ? new ImageDataViewType(height, width)
            : ColumnTypes.Image;
        return [new MappedColumn(_options.OutputColumnName, image, _options.ImageColumnName is null ? [_options.LabelMapColumnName] : [_options.LabelMapColumnName, _options.ImageColumnName])];
    }

    internal override IReadOnlyList<Delegate> Bind(RowScope scope)
    {
        Func<LabelMap> labels = scope.Reader<LabelMap>(_options.LabelMapColumnName);
        SharedImage? photo = _options.ImageColumnName is null ? null : scope.Image(_options.ImageColumnName);
        SegmentationPainter painter = new(_options.ClassList ?? ClassAnnotations.Read(scope.Column(_options.LabelMapColumnName).Annotations), _options);
        return [scope.ImageGetter(() => Paint(Rows.Present(labels(), _options.LabelMapColumnName), photo, painter))];
    }

    private MLImage Paint(LabelMap map, SharedImage? photo, SegmentationPainter painter)
    {
        if (photo is null)
        {
            return painter.Labels(map);
        }

        ImageView view = Images.View(photo.Value, _options.ImageColumnName!);
        return view.Height == map.Height && view.Width == map.Width
            ? painter.Overlay(view, map)
            : throw new InvalidInputException(
                $"{Images.Name(photo.Value, _options.ImageColumnName!)}", $"{map.Height}x{map.Width} as column '{_options.LabelMapColumnName}'", $"{view.Height}x{view.Width}");
    }
}
