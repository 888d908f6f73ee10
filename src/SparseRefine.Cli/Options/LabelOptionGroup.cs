using System.CommandLine;
using SparseRefine.MLNet;

namespace SparseRefine.Cli.Options;

/// <summary>The options that say how label files are found and read.</summary>
internal sealed class LabelOptionGroup
{
    private readonly Option<LabelMapping?> _map = OptionValues.Create<LabelMapping?>(
        "--label-map",
        $"What the labels' numbers (or colors, #rrggbb) mean: FROM:TO pairs, 255 is ignored; or {string.Join(", ", LabelMapping.Presets)}.",
        "0:255,7:0,...",
        LabelMapping.Parse);

    private readonly Option<string?> _suffix = OptionValues.Path(
        "--label-suffix", "What a label's name has behind its photo's: _mask, _gtFine_labelIds, ...; an ending _leftImg8bit or _sat of the photo's name is then left out.", "TEXT");

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        command.Add(_map);
        command.Add(_suffix);
    }

    /// <summary>What numbers and colors mean.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The mapping; null without the option.</returns>
    public LabelMapping? Mapping(ParseResult parsed) => parsed.GetValue(_map);

    /// <summary>What a label's name has behind its photo's.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The suffix; empty without the option.</returns>
    public string Suffix(ParseResult parsed) => parsed.GetValue(_suffix) ?? "";
}
