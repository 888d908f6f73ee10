using System.CommandLine;
using System.Globalization;
using SparseRefine.MLNet;
using SparseRefine.Onnx;

namespace SparseRefine.Cli.Options;

/// <summary><c>--device</c>: where a model runs.</summary>
internal sealed class DeviceOption
{
    private readonly Option<(ExecutionProvider Provider, int? Device)?> _option = OptionValues.Create<(ExecutionProvider Provider, int? Device)?>(
        "--device", "Where the model runs: cpu, an NVIDIA GPU, or auto: the GPU where there is one. [default: cpu]", "cpu|cuda|cuda:N|auto", text => Parse(text));

    /// <summary>Adds the option.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command) => command.Add(_option);

    /// <summary>Puts the device among the matters of the machine.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="machine">The others.</param>
    /// <param name="tell">Is told where the model runs, if the option is given.</param>
    /// <returns>All of them.</returns>
    /// <exception cref="InvalidInputException">A GPU is asked for and CUDA cannot be used.</exception>
    public SegmentationModelOptions Place(ParseResult parsed, SegmentationModelOptions machine, Action<string> tell)
    {
        if (parsed.GetValue(_option) is not (ExecutionProvider provider, var device))
        {
            return machine;
        }

        string? problem = provider == ExecutionProvider.Cpu ? null : DenseModel.CudaProblem;
        if (problem is not null && provider == ExecutionProvider.Cuda)
        {
            throw new InvalidInputException("--device", "a GPU that CUDA can use, or auto", problem);
        }

        if (provider != ExecutionProvider.Cpu)
        {
            tell(problem is null ? $"device: CUDA {device ?? 0}" : $"device: CPU, since CUDA cannot be used: {problem}");
        }

        return machine with { ExecutionProvider = problem is null ? provider : ExecutionProvider.Cpu, GpuDeviceId = device };
    }

    private static (ExecutionProvider Provider, int? Device)? Parse(string text)
    {
        string[] parts = text.Split(':');
        return parts switch
        {
            ["cpu"] => (ExecutionProvider.Cpu, null),
            ["auto"] => (ExecutionProvider.Auto, null),
            ["cuda"] => (ExecutionProvider.Cuda, null),
            ["cuda", string number] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int device) => (ExecutionProvider.Cuda, device),
            _ => throw new InvalidInputException("text", "cpu, cuda, cuda:N or auto", $"'{text}'"),
        };
    }
}
