using SparseRefine.Onnx.Graphs;
using SparseRefine.Onnx.Schema;

namespace SparseRefine.Onnx.Sessions;

/// <summary>Where classes and planes stand in a model's scores. Told from the model where that is possible, from the first scores otherwise.</summary>
internal sealed class ScoreShape
{
    private readonly string _file;
    private readonly string _output;
    private readonly TensorLayout _asked;
    private readonly TensorLayout _hint;

    /// <param name="file">What errors call the model.</param>
    /// <param name="output">The score output.</param>
    /// <param name="declared">Its shape as the graph states it, -1 for what is open; empty: not stated. Three sizes are a binary model's planes.</param>
    /// <param name="asked">What the options say.</param>
    /// <param name="graph">The model's graph.</param>
    public ScoreShape(string file, string output, int[] declared, TensorLayout asked, GraphProto graph)
    {
        _file = file;
        _output = output;
        _asked = asked;
        _hint = declared switch
        {
            [_, > 0, < 0, < 0] => TensorLayout.ChannelsFirst,
            [_, < 0, < 0, > 0] => TensorLayout.ChannelsLast,
            _ => LayoutRule.OfOutput(graph, output),
        };
    }

    /// <summary>The number of classes that a declared shape states; -1: only a run shows it.</summary>
    /// <param name="declared">As for the constructor.</param>
    /// <param name="height">Rows that the model fixes; -1: open.</param>
    /// <param name="width">Columns likewise.</param>
    public int DeclaredClasses(int[] declared, int height, int width)
    {
        if (declared.Length != 4)
        {
            return declared.Length == 3 ? 2 : -1;
        }

        TensorLayout layout = declared[1..].All(d => d > 0) && height > 0 && width > 0
            ? Of([.. declared.Select(d => (long)d)], height, width)
            : _asked != TensorLayout.Auto ? _asked : _hint;
        int classes = layout == TensorLayout.Auto ? -1 : declared[layout == TensorLayout.ChannelsFirst ? 1 : 3];
        return classes is 0 or > 255
            ? throw new InvalidInputException(_file, $"output '{_output}' to have 1 to 255 classes", Text([.. declared.Select(d => (long)d)]))
            : classes == 1 ? 2 : classes;
    }

    /// <summary>Where the classes of scores stand.</summary>
    /// <param name="shape">The scores' four sizes.</param>
    /// <param name="height">Rows that the model saw.</param>
    /// <param name="width">Columns that the model saw.</param>
    /// <returns>Channels first or last.</returns>
    /// <exception cref="InvalidInputException">In no order, or in both, are there 1 to 255 classes in planes of the input's proportions.</exception>
    public TensorLayout Of(long[] shape, int height, int width)
    {
        bool first = _asked != TensorLayout.ChannelsLast && shape[1] is >= 1 and <= 255 && Fits(shape[2], shape[3], height, width);
        bool last = _asked != TensorLayout.ChannelsFirst && shape[3] is >= 1 and <= 255 && Fits(shape[1], shape[2], height, width);
        TensorLayout hint = _hint;
        if (first && last && hint == TensorLayout.Auto)
        {
            // Where rounding lets both pass, an exact proportion tells.
            bool exact = shape[2] * width == shape[3] * height;
            hint = exact == (shape[1] * width == shape[2] * height) ? TensorLayout.Auto
                : exact ? TensorLayout.ChannelsFirst : TensorLayout.ChannelsLast;
        }

        if (first && last && hint == TensorLayout.Auto)
        {
            throw new InvalidInputException(
                _file, $"output '{_output}' to tell its classes from its planes, or an output layout (--output-layout) to say it", Text(shape));
        }

        return first && (!last || hint == TensorLayout.ChannelsFirst) ? TensorLayout.ChannelsFirst
            : last ? TensorLayout.ChannelsLast
            : throw new InvalidInputException(
                _file,
                $"output '{_output}' of 1 to 255 classes {Order}, its planes in the proportions of the {height}x{width} that the model sees",
                Text(shape));
    }

    private string Order => _asked switch
    {
        TensorLayout.ChannelsFirst => "[N, classes, height, width]",
        TensorLayout.ChannelsLast => "[N, height, width, classes]",
        _ => "[N, classes, height, width] or [N, height, width, classes]",
    };

    // One stride for both sides, each rounded up or down by up to one: the strides that explain the rows and those that explain the columns overlap.
    internal static bool Fits(long rows, long columns, int height, int width) =>
        rows > 0 && columns > 0 && height * (columns - 1) <= width * (rows + 1) && width * (rows - 1) <= height * (columns + 1);

    private static string Text(long[] shape) => $"[{string.Join(", ", shape.Select(d => d < 0 ? "?" : d.ToString()))}]";
}
