using System.CommandLine;

namespace SparseRefine.Cli.Help;

/// <summary>What the options of every command are about: the headings of its help and of its page. An option that stands in no group yet is shown under <see cref="Other"/>.</summary>
internal static class OptionGroups
{
    /// <summary>What names files and folders that are written.</summary>
    public const string Output = "Output";

    /// <summary>Where options are shown that no group names.</summary>
    public const string Other = "Other";

    private static readonly (string Heading, string Names)[] Groups =
    [
        ("Model", """
            model dense refiner full-dense classes scale size size-multiple model-config mean std value-range channel-order interpolation scores input-name output-name input-layout output-layout
            """),
        ("Input", """
            images labels label-map label-suffix validation-images validation-labels list list0 root folder settle rescan shard journals job samples density max-pixels
            """),
        (Output, "out bits overlay overlay-background entropy mask json report input outputs photo-size opset float16 block-values license keep-anyway"),
        ("What is refined", "selector method features planes reps residual residual-units dense-features area-weight knee ms keep"),
        ("Teacher", "teacher teacher-size teacher-config teacher-weight"),
        ("Network", "backbone backbone-file freeze backbone-rate channels blocks output-stride decoder-channels pooling temperature without"),
        ("Training", """
            warm-start from workspace epochs batch crop crops uncrop learning-rate random-scale vertical-flip class-weights photometric dice average-weights patience cache
            """),
        ("Job", """
            device threads workers rounds seed resume verify time-limit max-failures quiet log-json live endpoint broker queue slices slice minutes photos-per-second attempts missing max-idle scratch
            """),
        ("Common", "config print-config help version"),
    ];

    private static readonly Dictionary<string, string> ByName = Groups
        .SelectMany(group => group.Names.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Select(name => ($"--{name}", group.Heading)))
        .ToDictionary(pair => pair.Item1, pair => pair.Heading);

    /// <summary>The heading that an option stands under.</summary>
    /// <param name="option">The option.</param>
    /// <returns>One of the groups' headings.</returns>
    public static string Of(Option option) => ByName.GetValueOrDefault(option.Name, Other);

    /// <summary>The options of a command, those of its parents with them, in groups.</summary>
    /// <param name="command">The command.</param>
    /// <returns>Headings with options in order of the headings; a group without options is left out.</returns>
    public static IEnumerable<(string Heading, IReadOnlyList<Option> Options)> Of(Command command)
    {
        ILookup<string, Option> byHeading = ToolCommands.Options(command).ToLookup(Of);
        string[] headings = [.. Groups.Select(group => group.Heading).Where(heading => heading != Common), Other, Common];
        return headings.Where(byHeading.Contains).Select(heading => (heading, (IReadOnlyList<Option>)[.. byHeading[heading]]));
    }

    private static string Common => Groups[^1].Heading;
}
