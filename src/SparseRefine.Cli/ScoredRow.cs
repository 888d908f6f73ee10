using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Selectors;

namespace SparseRefine.Cli;

/// <summary>The columns of the row that a cursor stands on, each computed when it is read.</summary>
/// <param name="cursor">A cursor with the columns active. Not owned.</param>
internal sealed class ScoredRow(DataViewRowCursor cursor) : IDisposable
{
    private ValueGetter<MLImage>? _decode;
    private MLImage? _image;

    /// <summary>The final answer.</summary>
    public LabelMap Answer => Read<LabelMap>(SavedModel.AnswerColumn);

    /// <summary>The selected pixels and the first answer.</summary>
    public PixelSelection Selection => Read<PixelSelection>("Selection");

    /// <summary>A copy of the photo's pixels, made at every call.</summary>
    public ImageBuffer Photo
    {
        get
        {
            _decode ??= cursor.GetGetter<MLImage>(cursor.Schema["Image"]);
            _decode(ref _image!);
            PixelOrder order = _image.PixelFormat == MLPixelFormat.Rgba32 ? PixelOrder.Rgba32 : PixelOrder.Bgra32;
            return new ImageBuffer(_image.Pixels.ToArray(), _image.Height, _image.Width, order);
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
