using System.CommandLine;
using SparseRefine.Batch;

namespace SparseRefine.Cli.Options;

/// <summary>The files that a job writes for each photo.</summary>
internal sealed class ResultOptionGroup
{
    private readonly Option<int> _bits = OptionValues.Create("--bits", "Bits a pixel of the index PNGs: 8, or 16 without colors.", "8|16", Bits, () => 8);
    private readonly Option<bool> _overlay = new("--overlay") { Description = "Also write NAME.overlay.png, the photo blended with the class colors." };
    private readonly Option<bool> _background = new("--overlay-background") { Description = "Paint class 0 in overlays and the report even where its name is background or unlabelled." };
    private readonly Option<bool> _entropy = new("--entropy") { Description = "Also write NAME.entropy.png: how unsure the dense model was, 255 e / ln C." };

    /// <summary>Whether the refined pixels are written.</summary>
    public Option<bool> Mask { get; } = new("--mask") { Description = "Also write NAME.mask.png: 255 where a pixel was refined." };

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_bits, _overlay, _background, _entropy, Mask])
        {
            command.Add(option);
        }
    }

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The files.</returns>
    public ScoringResults Read(ParseResult parsed) => new()
    {
        IndexBits = parsed.GetValue(_bits),
        Overlay = parsed.GetValue(_overlay),
        OverlayBackground = parsed.GetValue(_background),
        Entropy = parsed.GetValue(_entropy),
        Mask = parsed.GetValue(Mask),
    };

    private static int Bits(string text) => text is "8" or "16" ? text == "8" ? 8 : 16 : throw new InvalidInputException("text", "8 or 16", $"'{text}'");
}
