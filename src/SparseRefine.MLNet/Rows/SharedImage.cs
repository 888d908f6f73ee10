using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// The one local source that an image getter of ML.NET wants: passed in by reference each row so that its producer
/// replaces it. Never disposed here, because the producer may hand out an image that belongs to the caller.
/// </summary>
internal sealed class SharedImage
{
    private readonly Memo<MLImage?> _memo;
    private MLImage? _source;

    public SharedImage(DataViewRow row, ValueGetter<MLImage> getter)
    {
        _memo = new Memo<MLImage?>(row, () =>
        {
            getter(ref _source!);
            return _source;
        });
    }

    /// <summary>The row's image, or null where the row has none.</summary>
    public MLImage? Value => _memo.Value;
}
