using System.CommandLine;
using SparseRefine.Training;

namespace SparseRefine.Cli.Options;

/// <summary>The options of <c>fit</c> that choose between the networks and belong to one of them.</summary>
internal sealed class MethodOptions
{
    private const string SparseRefine = "sparse-refine";
    private const string TwoColumn = "two-column";

    private readonly Option<bool> _residuals = new("--residual-units")
    {
        Description = $"Give the fine column of {TwoColumn} residual units, of two convolutions each.",
    };

    private readonly Option<double?> _area = OptionValues.Create<double?>(
        "--area-weight",
        "Weight of the area penalty on the activations of --selector learned:SHARE. [default: 1]",
        "W",
        t => OptionValues.Real(t, 0, 1000));

    private readonly Option<bool> _whole = new("--uncrop")
    {
        Description = "Train on whole photos, scaled until they fit into --crop, instead of random crops.",
    };

    /// <summary><c>--method</c>.</summary>
    public Option<RefinerMethod?> Method { get; } = CreateMethod(
        $"What looks at the selected pixels: {SparseRefine}, a network and a gate, or {TwoColumn}, a fine column that corrects the dense scores.");

    /// <summary><c>--dense-features</c>: the dense model's value of inner features; null: none.</summary>
    public Option<string?> DenseFeatures { get; } = OptionValues.Path(
        "--dense-features",
        "Value of the dense model's graph, [N, D, h, w], whose inner features the network reads at the selected pixels; auto takes the last before the scores of a quarter of the input's sides or more.",
        "NAME|auto");

    /// <summary><c>--method</c>.</summary>
    /// <param name="description">One line of help.</param>
    /// <returns>The option; null where it is not given.</returns>
    public static Option<RefinerMethod?> CreateMethod(string description) => OptionValues.Create<RefinerMethod?>(
        "--method",
        description,
        $"{SparseRefine}|{TwoColumn}",
        text => text switch
        {
            SparseRefine => RefinerMethod.SparseRefine,
            TwoColumn => RefinerMethod.TwoColumn,
            _ => throw new InvalidInputException("text", $"{SparseRefine} or {TwoColumn}", $"'{text}'"),
        });

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { Method, _residuals, _area, _whole, DenseFeatures })
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_residuals) && result.GetValue(Method) != RefinerMethod.TwoColumn)
            {
                result.AddError($"--residual-units: expected --method {TwoColumn} beside it, as the other network always has them");
            }
        });
    }

    /// <summary>What was given, over other settings.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">The other settings.</param>
    /// <returns>Both.</returns>
    public RefinerTrainerOptions Apply(ParseResult parsed, RefinerTrainerOptions options) => options with
    {
        Method = parsed.GetValue(Method) ?? options.Method,
        FineResiduals = parsed.GetValue(_residuals),
        AreaWeight = parsed.GetValue(_area) ?? options.AreaWeight,
        WholePhotos = parsed.GetValue(_whole),
    };
}
