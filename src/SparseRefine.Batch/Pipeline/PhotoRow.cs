using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.Batch;

/// <summary>The one row that a pipeline reads: the photo, and its path for pipelines that ask for it. One thread at a time.</summary>
/// <param name="schema">Path and image, in this order.</param>
internal sealed class PhotoRow(DataViewSchema schema) : DataViewRow
{
    private MLImage? _image;
    private ReadOnlyMemory<char> _path;
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => schema;

    /// <summary>Goes on to the next photo, which stays the caller's.</summary>
    public void Set(MLImage image, string path)
    {
        _image = image;
        _path = path.AsMemory();
        _position++;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        // By convention a getter of images disposes the value it is handed; here that is the photo before, which is not ours to dispose.
        Delegate getter = column.Index == 0
            ? new ValueGetter<ReadOnlyMemory<char>>((ref ReadOnlyMemory<char> value) => value = _path)
            : new ValueGetter<MLImage>((ref MLImage value) => value = _image!);
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"column '{column.Name}': expected a getter of {column.Type.RawType.Name}, got {typeof(TValue).Name}");
    }
}
