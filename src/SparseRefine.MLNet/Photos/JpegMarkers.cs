using System.Buffers.Binary;

namespace SparseRefine.MLNet;

/// <summary>The markers between a JPEG's segments, of which SkiaSharp tells nothing.</summary>
internal static class JpegMarkers
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    /// <summary>Whether a file ends as a whole one does, so that markers that do not lead there are damaged.</summary>
    public static bool HasEnd(ReadOnlySpan<byte> bytes) => bytes is [.., 0xFF, EndOfImage];

    /// <summary>Counts the scans up to the end-of-image marker, behind which there may be padding or a camera's appended data.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="scans">The scans.</param>
    /// <returns>False where the file ends before that marker, or the markers do not lead to it.</returns>
    public static bool TryCountScans(ReadOnlySpan<byte> bytes, out int scans)
    {
        scans = 0;
        for (int at = 2; at + 2 <= bytes.Length;)
        {
            // What is no marker is data of a scan, where 0xFF is followed by 0 or by a restart marker (0xD0 to 0xD7), which have no length.
            int marker = bytes[at] == 0xFF ? bytes[at + 1] : -1;
            if (marker < 0)
            {
                int next = bytes[at..].IndexOf((byte)0xFF);
                at = next < 0 ? bytes.Length : at + next;
            }
            else if (marker == 0xFF)
            {
                at++;
            }
            else if (marker is 0 or 1 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
            }
            else if (marker == EndOfImage)
            {
                return scans > 0;
            }
            else if (at + 4 > bytes.Length)
            {
                break;
            }
            else
            {
                scans += marker == StartOfScan ? 1 : 0;
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
            }
        }

        return false;
    }
}
