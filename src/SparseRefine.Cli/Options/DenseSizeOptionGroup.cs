using System.CommandLine;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Options;

/// <summary>The options that say at what size a dense model sees pictures.</summary>
internal sealed class DenseSizeOptionGroup
{
    private static readonly DenseModelOptions Standard = new();
    private readonly Option<double?> _scale = OptionValues.Create<double?>(
        "--scale", "Side of what the dense model sees / side of the picture; 0.5 unless given.", "0.5", t => OptionValues.Real(t, 0, 4));
    private readonly Option<(int Height, int Width)?> _size = OptionValues.Create<(int Height, int Width)?>(
        "--size", "What the dense model sees, instead of --scale.", "HxW", t => OptionValues.Size(t));
    private readonly Option<int> _multiple = OptionValues.Int32(
        "--size-multiple", "The dense model's sides are multiples of this.", 1, Standard.SizeMultiple);

    /// <summary>Adds the options and their check.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(_scale);
        command.Add(_size);
        command.Add(_multiple);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_scale) is not null && result.GetResult(_size) is not null)
            {
                result.AddError("--scale, --size: expected one of them, got both");
            }
        });
    }

    /// <summary>How the dense model sees pictures.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="threads">Threads of the model; 0 takes all processors.</param>
    /// <returns>The options.</returns>
    public DenseModelOptions Read(ParseResult parsed, int threads)
    {
        (int Height, int Width)? size = parsed.GetValue(_size);
        return new DenseModelOptions
        {
            Scale = size is null ? parsed.GetValue(_scale) ?? Standard.Scale : null,
            Height = size?.Height,
            Width = size?.Width,
            SizeMultiple = parsed.GetValue(_multiple),
            IntraOpNumThreads = threads,
        };
    }
}
