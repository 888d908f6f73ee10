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

    public SharedImage(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<MLImage> getter = row.GetGetter<MLImage>(column);
        _memo = new Memo<MLImage?>(row, () =>
        {
            try
            {
                getter(ref _source!);
            }
            catch (ArgumentException e)
            {
                // ML.NET's decoder says "Invalid input stream contents" and names no file.
                throw new InvalidInputException(
                    $"column '{column.Name}', row {row.Position}", "an image", $"{e.Message.Split('\n', 2)[0]}", e);
            }

            return _source;
        });
    }

    /// <summary>The image of a row that someone outside a transformer reads: the one that our stages below share, else one of its own.</summary>
    public static SharedImage Of(DataViewRow row, DataViewSchema.Column column) =>
        row is MappedRow ours && column.Index < ours.Scope.InputColumnCount
            ? ours.Scope.Image(column.Name)
            : new SharedImage(row, column);

    /// <summary>The row's image, or null where the row has none.</summary>
    public MLImage? Value => _memo.Value;
}
