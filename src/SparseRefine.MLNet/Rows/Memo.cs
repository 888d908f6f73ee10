using Microsoft.ML;

namespace SparseRefine.MLNet;

/// <summary>A value computed at most once a row, when first asked for. Belongs to one cursor, so not thread-safe.</summary>
/// <typeparam name="T">The value.</typeparam>
internal sealed class Memo<T>(DataViewRow row, Func<T> compute)
{
    private bool _filled;
    private long _position;
    private T? _value;

    /// <summary>The value of the row the cursor stands on. A failed computation is tried again by the next reader.</summary>
    public T Value
    {
        get
        {
            if (!_filled || _position != row.Position)
            {
                _filled = false;
                _value = compute();
                _position = row.Position;
                _filled = true;
            }

            return _value!;
        }
    }
}
