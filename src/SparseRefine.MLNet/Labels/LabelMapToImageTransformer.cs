using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SparseRefine.Images;

namespace SparseRefine.MLNet;

/// <summary>
/// Paints a <see cref="LabelMap"/> as an image in its classes' colours, or lays the colours over a photo. Makes a new
/// Bgra32 image for each reader and, as ML.NET's image transformers do, disposes the one it made for that reader before.
/// </summary>
public sealed class LabelMapToImageTransformer : RowMappingTransformer
{
    internal const string Kind = "label-map-to-image";
    private readonly string _output;
    private readonly string _labels;
    private readonly string? _image;
    private readonly ClassList? _classes;
    private readonly float _opacity;

    internal LabelMapToImageTransformer(string output, string labels, string? image, ClassList? classes, float opacity)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        ArgumentException.ThrowIfNullOrEmpty(labels);
        if (!(opacity is >= 0 and <= 1))
        {
            throw new ArgumentException($"opacity: expected 0 to 1, got {opacity}", nameof(opacity));
        }

        _output = output;
        _labels = labels;
        _image = image;
        _classes = classes;
        _opacity = image is null ? 1 : opacity;
    }

    internal override string PartKind => Kind;

    internal static LabelMapToImageTransformer ReadPart(PartReader part) => new(
        part.Text("output"), part.Text("labels"), part.OptionalText("image"), part.Classes, (float)part.Number("opacity"));

    internal override void WritePart(PartWriter part)
    {
        part.Options["output"] = _output;
        part.Options["labels"] = _labels;
        part.Options["image"] = _image;
        part.Options["opacity"] = (double)_opacity;
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
        byte[] palette = ClassColors.Bgr(_classes ?? ClassAnnotations.Read(scope.Column(_labels).Annotations));

        // Readers share this delegate, so what is ours is known by reference: weakly, to keep no image alive.
        var made = new System.Runtime.CompilerServices.ConditionalWeakTable<MLImage, object>();
        ValueGetter<MLImage> getter = (ref MLImage value) =>
        {
            scope.ThrowIfDisposed();
            MLImage image = Paint(Rows.Present(labels(), _labels), photo, palette);
            if (value is not null && made.Remove(value))
            {
                value.Dispose();
            }

            made.Add(image, this);
            value = image;
        };
        return [getter];
    }

    private MLImage Paint(LabelMap map, SharedImage? photo, byte[] palette)
    {
        byte[] pixels = new byte[checked(map.Labels.Length * 4)];
        if (photo is null)
        {
            Blend(map, default, palette, pixels);
        }
        else
        {
            ImageView view = Images.View(photo.Value, _image!);
            if (view.Height != map.Height || view.Width != map.Width)
            {
                throw new InvalidInputException(
                    $"{Images.Name(photo.Value, _image!)}", $"{map.Height}x{map.Width} as column '{_labels}'", $"{view.Height}x{view.Width}");
            }

            Blend(map, view, palette, pixels);
        }

        return MLImage.CreateFromPixels(map.Width, map.Height, MLPixelFormat.Bgra32, pixels);
    }

    private void Blend(LabelMap map, ImageView photo, byte[] palette, byte[] pixels)
    {
        int weight = (int)MathF.Round(_opacity * 256);
        for (int i = 0; i < map.Labels.Length; i++)
        {
            int color = map.Labels[i] * 3;
            int target = i * 4;
            for (int c = 0; c < 3; c++)
            {
                int under = 0;
                if (!photo.Pixels.IsEmpty)
                {
                    int offset = c == 0 ? photo.BlueOffset : c == 1 ? 1 : photo.RedOffset;
                    under = photo.Pixels[(i * photo.BytesPerPixel) + offset];
                }

                pixels[target + c] = (byte)(((palette[color + c] * weight) + (under * (256 - weight)) + 128) >> 8);
            }

            pixels[target + 3] = 255;
        }
    }
}
