using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx.Preprocessing;

/// <summary>From a photo to a model's input: which size it gets, its resized and normalised values, and the buffers for them. Thread-safe.</summary>
internal sealed class PhotoInput
{
    private readonly string _model;
    private readonly ModelSignature _signature;
    private readonly DenseModelOptions _options;
    private readonly Workers _workers;
    private readonly ConcurrentBag<InputBuffer> _buffers = [];

    /// <exception cref="InvalidInputException">The options give no size where the model leaves it open, or another than the model fixes.</exception>
    public PhotoInput(string model, ModelSignature signature, DenseModelOptions options, Workers workers)
    {
        _model = model;
        _signature = signature;
        _options = options;
        _workers = workers;
        (int height, int width) = (signature.Height, signature.Width);
        if ((height < 0 || width < 0) && options.Scale is null && options.Height is null)
        {
            throw new InvalidInputException(
                model, "a Scale, or Height and Width, for a model that takes any size", "none");
        }

        if ((height > 0 && options.Height is int h && h != height) || (width > 0 && options.Width is int w && w != width))
        {
            throw new InvalidInputException(
                model, $"the model's fixed size {Fixed}", $"Height x Width = {options.Height}x{options.Width}");
        }
    }

    /// <summary>The model's own size; "any" for a side that it leaves open.</summary>
    public string Fixed => $"{Text(_signature.Height)}x{Text(_signature.Width)}";

    /// <summary>The same model's input under other options.</summary>
    public PhotoInput With(string model, DenseModelOptions options) => new(model, _signature, options, _workers);

    /// <summary>See <see cref="DenseModel.InputSize"/>.</summary>
    /// <exception cref="InvalidInputException">The model would see more than one array holds.</exception>
    public (int Height, int Width) Size(int height, int width)
    {
        (int Height, int Width) size = (Side(_signature.Height, _options.Height, height), Side(_signature.Width, _options.Width, width));
        return (double)size.Height * size.Width * 3 * sizeof(float) <= Array.MaxLength
            ? size
            : throw new InvalidInputException(_model, "an input of less than 2 GB", $"{size.Height}x{size.Width} for a photo of {height}x{width}");
    }

    /// <summary>Resizes and normalises into 3 x height x width values of the model's input type, in its layout.</summary>
    public void Prepare(ImageView image, int height, int width, Span<byte> target)
    {
        var rows = new ResampleAxis(image.Height, height, _options.Interpolation);
        var columns = new ResampleAxis(image.Width, width, _options.Interpolation);
        var planes = new PlaneTransform(_options, image.Order, _signature.InputType != TensorElementType.UInt8, _signature.IsChannelsLast);
        switch (_signature.InputType)
        {
            case TensorElementType.Float:
                ImageResampler.Run<float, SingleElement>(
                    image, rows, columns, planes, MemoryMarshal.Cast<byte, float>(target), _workers);
                break;
            case TensorElementType.Float16:
                ImageResampler.Run<Half, HalfElement>(
                    image, rows, columns, planes, MemoryMarshal.Cast<byte, Half>(target), _workers);
                break;
            default:
                ImageResampler.Run<byte, ByteElement>(image, rows, columns, planes, target, _workers);
                break;
        }
    }

    /// <summary>
    /// A buffer of a size, to be given back by <see cref="Return"/>. Photos mostly have one size: a buffer of another size is dropped rather than kept
    /// beside the new one.
    /// </summary>
    public InputBuffer Rent(int height, int width)
    {
        if (_buffers.TryTake(out InputBuffer? buffer))
        {
            if (buffer.Height == height && buffer.Width == width)
            {
                return buffer;
            }

            buffer.Dispose();
        }

        return new InputBuffer(_signature.InputType, height, width, _signature.IsChannelsLast);
    }

    /// <summary>Takes a buffer back, for the next photo.</summary>
    public void Return(InputBuffer buffer) => _buffers.Add(buffer);

    /// <summary>Frees the buffers that are not in use.</summary>
    public void ReleaseBuffers()
    {
        while (_buffers.TryTake(out InputBuffer? buffer))
        {
            buffer.Dispose();
        }
    }

    private int Side(int modelSide, int? optionSide, int photoSide)
    {
        if (modelSide > 0)
        {
            return modelSide;
        }

        if (optionSide is int side)
        {
            return side;
        }

        double multiples = Math.Floor((photoSide * _options.Scale!.Value / _options.SizeMultiple) + 0.5);
        return checked((int)Math.Max(multiples, 1) * _options.SizeMultiple);
    }

    private static string Text(int side) => side < 0 ? "any" : side.ToString();
}
