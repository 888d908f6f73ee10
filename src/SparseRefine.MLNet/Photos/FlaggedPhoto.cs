using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>
/// The photo of the row that a cursor stands on, or what is wrong with it. Both columns read it: what was decoded for the one is handed to the other. Not thread-safe, as a cursor.
/// </summary>
/// <param name="row">The row.</param>
/// <param name="read">Decodes its photo.</param>
internal sealed class FlaggedPhoto(DataViewRow row, Func<MLImage> read)
{
    private MLImage? _decoded;
    private long? _position;
    private string _found = string.Empty;

    /// <summary>What is wrong with the photo; empty where nothing is.</summary>
    public string Error
    {
        get
        {
            if (_position != row.Position)
            {
                Decode();
            }

            return _found;
        }
    }

    /// <summary>Whether an exception is about a photo that cannot be read, and not about the machine or this program.</summary>
    public static bool Explains(Exception error) => error is InvalidInputException or IOException or UnauthorizedAccessException;

    /// <summary>An image that is the caller's; null where something is wrong.</summary>
    public MLImage? Take()
    {
        if (Error.Length > 0)
        {
            return null;
        }

        MLImage image = _decoded ?? read();
        _decoded = null;
        return image;
    }

    private void Decode()
    {
        _decoded?.Dispose();
        _decoded = null;
        try
        {
            _decoded = read();
            _found = string.Empty;
        }
        catch (Exception e) when (Explains(e))
        {
            _found = e.Message;
        }

        _position = row.Position;
    }
}
