using System.Runtime.Intrinsics;
using SparseRefine.Images;

namespace SparseRefine.Onnx.Preprocessing;

/// <summary>Where a pixel's bytes 0 and 2 go (byte 1 is green, always plane 1) and how lanes 0..2 are normalised.</summary>
internal readonly struct PlaneTransform
{
    /// <summary>Fits options to a photo's byte order.</summary>
    /// <param name="options">Mean, deviation and plane order.</param>
    /// <param name="order">Byte order of the photo.</param>
    /// <param name="normalises">False for models that take bytes.</param>
    /// <param name="isChannelsLast">Whether a pixel's three values stand side by side instead of in planes.</param>
    public PlaneTransform(DenseModelOptions options, PixelOrder order, bool normalises, bool isChannelsLast)
    {
        IsChannelsLast = isChannelsLast;
        bool redFirst = order != PixelOrder.Bgra32;
        bool sameOrder = redFirst == (options.ChannelOrder == ChannelOrder.Rgb);
        PlaneOfByte0 = sameOrder ? 0 : 2;
        PlaneOfByte2 = sameOrder ? 2 : 0;
        if (!normalises)
        {
            Mean = Vector128<float>.Zero;
            Gain = Vector128<float>.One;
            return;
        }

        int first = redFirst ? 0 : 2;
        int last = 2 - first;
        Mean = Vector128.Create(options.Mean[first], options.Mean[1], options.Mean[last], 0f);
        Gain = Vector128.Create(1f / options.Std[first], 1f / options.Std[1], 1f / options.Std[last], 0f);
    }

    public bool IsChannelsLast { get; }

    public int PlaneOfByte0 { get; }

    public int PlaneOfByte2 { get; }

    public Vector128<float> Mean { get; }

    public Vector128<float> Gain { get; }
}
