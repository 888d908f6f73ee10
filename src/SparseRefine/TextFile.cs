using System.Text;

namespace SparseRefine;

/// <summary>Text files of users: UTF-8, and UTF-16 by its byte order mark. What is neither is refused by its line, as Windows-1252 is.</summary>
internal static class TextFile
{
    /// <summary>Reads a text.</summary>
    /// <param name="stream">The text. Not closed.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The text, without its byte order mark.</returns>
    /// <exception cref="InvalidInputException">Bytes that are not UTF-8; the message names text and line.</exception>
    public static string Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        ReadOnlySpan<byte> bytes = copy.GetBuffer().AsSpan(0, (int)copy.Length);
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes[2..]);
        }

        bytes = bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            int line = 1 + bytes[..Math.Clamp(e.Index, 0, bytes.Length)].Count((byte)'\n');
            throw new InvalidInputException(
                $"{name}, line {line}", "UTF-8 text (save it as 'CSV UTF-8' or 'UTF-8')", $"byte {bytes[Math.Clamp(e.Index, 0, bytes.Length - 1)]:X2}, as Windows-1252 or another code page has", e);
        }
    }
}
