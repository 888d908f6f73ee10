using System.Runtime.ExceptionServices;
using SparseRefine.Images;
using SparseRefine.Onnx;

namespace SparseRefine.MLNet;

/// <summary>
/// A dense model's window: photos are prepared while their rows are read, and scored together when the first of them is asked for. The
/// error of a photo is its row's; one of the run is every row's of the window.
/// </summary>
internal sealed class DenseWindow(DenseBatch batch, SharedImage image, string column, Action<int> onRun) : IRowWindow
{
    private readonly List<(int Place, (int Height, int Width) Size, ExceptionDispatchInfo? Error)> _rows = [];
    private IReadOnlyList<LogitMap>? _maps;
    private ExceptionDispatchInfo? _error;

    public void Clear()
    {
        batch.Clear();
        _rows.Clear();
        _maps = null;
        _error = null;
    }

    public void Read()
    {
        try
        {
            ImageView view = Images.View(image.Value, column);
            batch.Add(view);
            _rows.Add((batch.Count - 1, (view.Height, view.Width), null));
        }
        catch (Exception e)
        {
            _rows.Add((-1, default, ExceptionDispatchInfo.Capture(e)));
        }
    }

    /// <summary>Logits of the row at a place of the window.</summary>
    public LogitMap Logits(int slot)
    {
        _rows[slot].Error?.Throw();
        _error?.Throw();
        if (_maps is null)
        {
            onRun(batch.Count);
            try
            {
                _maps = batch.Run();
            }
            catch (Exception e)
            {
                _error = ExceptionDispatchInfo.Capture(e);
                throw;
            }
        }

        return _maps[_rows[slot].Place];
    }

    /// <summary>Size of the photo of the row at a place of the window whose logits were read.</summary>
    public (int Height, int Width) Size(int slot) => _rows[slot].Size;
}
