using SparseRefine.Onnx.Sessions;

namespace SparseRefine.Onnx;

/// <content>The sizes at which it sees photos, and the same model at others.</content>
public sealed partial class DenseModel
{
    private DenseModel(DenseModel owner, DenseModelOptions options)
    {
        _owner = owner;
        Options = options;
        Name = owner.Name;
        Provider = owner.Provider;
        FallbackReason = owner.FallbackReason;
        _sessions = owner._sessions;
        _signature = owner._signature;
        _counter = owner._counter;
        _contents = owner._contents;
        _input = owner._input.With(Name, options);
        _runner = owner._runner.With(options);
    }

    /// <summary>
    /// The same model seeing photos at another scale, on the same session. This model keeps owning the session: dispose the new one,
    /// which only owns its buffers, before it.
    /// </summary>
    /// <param name="scale">As <see cref="DenseModelOptions.Scale"/>.</param>
    /// <param name="sparesMemory">As <see cref="DenseModelOptions.SparesMemory"/>, in a session of its own; false: as this model.</param>
    /// <returns>A model that the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The graph fixes the size.</exception>
    /// <exception cref="ArgumentException">A scale out of range.</exception>
    public DenseModel AtScale(double scale, bool sparesMemory = false)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return TakesAnySize
            ? new DenseModel(_owner ?? this, Options with { Scale = scale, Height = null, Width = null, SparesMemory = sparesMemory || Options.SparesMemory })
            : throw new InvalidInputException(
                Name, "a model that takes any size", $"one for {_input.Fixed}");
    }

    /// <summary>The same model seeing photos at another size, on the same session, as <see cref="AtScale"/>.</summary>
    /// <param name="height">As <see cref="DenseModelOptions.Height"/>.</param>
    /// <param name="width">As <see cref="DenseModelOptions.Width"/>.</param>
    /// <param name="sparesMemory">As for <see cref="AtScale"/>.</param>
    /// <returns>A model that the caller disposes.</returns>
    /// <exception cref="InvalidInputException">The graph fixes the size.</exception>
    /// <exception cref="ArgumentException">A size out of range.</exception>
    public DenseModel AtSize(int height, int width, bool sparesMemory = false)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return TakesAnySize
            ? new DenseModel(_owner ?? this, Options with { Scale = null, Height = height, Width = width, SparesMemory = sparesMemory || Options.SparesMemory })
            : throw new InvalidInputException(Name, "a model that takes any size", $"one for {_input.Fixed}");
    }

    /// <summary>The size to which a photo is resized.</summary>
    /// <param name="height">Rows of the photo, at least 1.</param>
    /// <param name="width">Columns of the photo, at least 1.</param>
    /// <returns>
    /// A side that the model fixes as it is; else the options' Height and Width; else scale x side rounded to the nearest multiple of
    /// <see cref="DenseModelOptions.SizeMultiple"/>, halves up, at least one multiple.
    /// </returns>
    public (int Height, int Width) InputSize(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return _input.Size(height, width);
    }

    /// <summary>
    /// Multiply-adds of the Conv, ConvTranspose, Gemm and MatMul nodes for one photo; nothing is run. The first call for a size
    /// costs about as much as loading the model without its weights.
    /// </summary>
    /// <param name="height">Rows of the photo (not of what the model sees: see <see cref="InputSize"/>).</param>
    /// <param name="width">Columns of the photo.</param>
    /// <returns>The count; null where a shape depends on more than the input's size, or such a node sits in a subgraph.</returns>
    public long? MultiplyAdds(int height, int width)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        (int modelHeight, int modelWidth) = InputSize(height, width);
        return _counter.Count(modelHeight, modelWidth);
    }
}
