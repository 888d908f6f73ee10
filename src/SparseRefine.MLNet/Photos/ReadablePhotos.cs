using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>The rows of a view whose photos can be decoded. Which they are shows when they are read, so the number of rows is unknown.</summary>
/// <param name="input">The rows, with a column of images that throws where a photo is broken.</param>
/// <param name="image">That column.</param>
/// <param name="remarks">Is told of each row that is left out.</param>
internal sealed class ReadablePhotos(IDataView input, string image, PhotoRemarks remarks) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return new Cursor(input.GetRowCursor(WithImage(columns), rand), columns, Schema[image], remarks);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(WithImage(columns), n, rand).Select(cursor => new Cursor(cursor, columns, Schema[image], remarks))];
    }

    private DataViewSchema.Column[] WithImage(DataViewSchema.Column[] columns) => [.. columns.Where(column => column.Index != Schema[image].Index), Schema[image]];

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly DataViewRowCursor _input;
        private readonly DataViewSchema.Column[] _columns;
        private readonly DataViewSchema.Column _image;
        private readonly PhotoRemarks _remarks;
        private readonly ValueGetter<MLImage> _decode;
        private MLImage? _decoded;
        private bool _isFresh;
        private long _position = -1;

        public Cursor(DataViewRowCursor input, DataViewSchema.Column[] columns, DataViewSchema.Column image, PhotoRemarks remarks)
        {
            _input = input;
            _columns = columns;
            _image = image;
            _remarks = remarks;
            _decode = input.GetGetter<MLImage>(image);
        }

        public override long Position => _position;

        public override long Batch => _input.Batch;

        public override DataViewSchema Schema => _input.Schema;

        public override bool MoveNext()
        {
            _isFresh = false;
            while (_input.MoveNext())
            {
                try
                {
                    _decode(ref _decoded!);
                    _isFresh = true;
                    _position++;
                    return true;
                }
                catch (Exception e) when (FlaggedPhoto.Explains(e))
                {
                    _remarks.Skipped(e.Message);
                }
            }

            _position = -1;
            return false;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => _columns.Any(active => active.Index == column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            column.Index == _image.Index && IsColumnActive(column) && (Delegate)(ValueGetter<MLImage>)Image is ValueGetter<TValue> getter ? getter : _input.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _input.Dispose();
                if (_isFresh)
                {
                    _decoded?.Dispose();
                }
            }

            base.Dispose(disposing);
        }

        // The first reader of a row gets the image that was decoded to see whether it can be, and leaves the one it was handed before, which the next decoding disposes of if it is ours.
        private void Image(ref MLImage value)
        {
            if (_isFresh)
            {
                _isFresh = false;
                (value, _decoded) = (_decoded!, value);
            }
            else
            {
                _decode(ref value);
            }
        }
    }
}
