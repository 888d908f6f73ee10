using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// The one row that a chain with other people's transformers reads: the photo in every image column of the schema, its name in every text
/// column. One thread at a time.
/// </summary>
/// <param name="schema">Text and image columns.</param>
internal sealed class PhotoRow(DataViewSchema schema) : DataViewRow
{
    private MLImage? _photo;
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => schema;

    /// <summary>Goes on to the next photo, which stays the caller's.</summary>
    public void Set(MLImage photo)
    {
        _photo = photo;
        _position++;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        // By convention a getter of images disposes the value it is handed; here that is the photo before, which is not ours to dispose.
        Delegate getter = column.Type is TextDataViewType
            ? new ValueGetter<ReadOnlyMemory<char>>((ref ReadOnlyMemory<char> value) => value = (_photo!.Tag ?? "").AsMemory())
            : new ValueGetter<MLImage>((ref MLImage value) => value = _photo!);
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"column '{column.Name}': expected a getter of {column.Type.RawType.Name}, got {typeof(TValue).Name}");
    }
}
