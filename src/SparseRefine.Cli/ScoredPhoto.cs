using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.Cli;

/// <summary>The columns of the row that a cursor stands on, each computed when it is read.</summary>
/// <param name="cursor">A cursor with the columns active. Not owned.</param>
internal sealed class ScoredPhoto(DataViewRowCursor cursor) : IDisposable
{
    private ValueGetter<MLImage>? _decode;
    private MLImage? _image;
    private long _position = -1;

    /// <summary>The final answer.</summary>
    public LabelMap Answer => Read<LabelMap>(SavedModel.AnswerColumn);

    /// <summary>The selected pixels and the first answer.</summary>
    public PixelSelection Selection => Read<PixelSelection>("Selection");

    /// <summary>The photo; good until the cursor moves on.</summary>
    public ImageView Photo
    {
        get
        {
            // The reading stage decodes at every call.
            if (_image is null || _position != cursor.Position)
            {
                _decode ??= cursor.GetGetter<MLImage>(cursor.Schema["Image"]);
                _decode(ref _image!);
                _position = cursor.Position;
            }

            PixelOrder order = _image.PixelFormat == MLPixelFormat.Rgba32 ? PixelOrder.Rgba32 : PixelOrder.Bgra32;
            return new ImageView(_image.Pixels, _image.Height, _image.Width, order);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _image?.Dispose();

    private T Read<T>(string column)
        where T : class
    {
        T value = null!;
        cursor.GetGetter<T>(cursor.Schema[column])(ref value);
        return value;
    }
}
