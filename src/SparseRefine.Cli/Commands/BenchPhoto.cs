using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Commands;

/// <summary>One decoded photo of a benchmark. Owns the decoder's memory; dispose it.</summary>
internal sealed class BenchPhoto : IDisposable
{
    private readonly MLImage? _decoded;
    private readonly byte[] _made = [];
    private readonly int _height;
    private readonly int _width;

    /// <summary>A made photo, for which nothing is decoded.</summary>
    /// <param name="pixels">[height, width, 3] red, green and blue bytes; kept.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public BenchPhoto(byte[] pixels, int height, int width) => (_made, _height, _width) = (pixels, height, width);

    /// <summary>Decodes a file.</summary>
    /// <param name="path">A whole picture file.</param>
    public BenchPhoto(string path) => _decoded = PhotoReader.Read(path);

    /// <summary>The decoded photo; null for a made one.</summary>
    public MLImage? Image => _decoded;

    /// <summary>The pixels, valid until disposal.</summary>
    public ImageView View => _decoded is null
        ? new ImageView(_made, _height, _width, PixelOrder.Rgb24)
        : new ImageView(
            _decoded.Pixels,
            _decoded.Height,
            _decoded.Width,
            _decoded.PixelFormat == MLPixelFormat.Rgba32 ? PixelOrder.Rgba32 : PixelOrder.Bgra32);

    /// <inheritdoc/>
    public void Dispose() => _decoded?.Dispose();
}
