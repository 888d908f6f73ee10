using System.Text.RegularExpressions;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>The page that sets five tasks beside other libraries counts its lines right. Its own lines run in <see cref="PageProgramTests"/> and <see cref="PageCommandTests"/>.</summary>
public sealed partial class SideBySideTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("samples", "docs", "side-by-side.md"));

    [Fact]
    public void Table_OfLines_CountsThoseOfThePage()
    {
        string[][] table = [.. Page.Split('\n').Where(line => line.StartsWith('|') && !line.StartsWith("|---", StringComparison.Ordinal)).Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())];
        string[] columns = table[0];
        Assert.Equal(5, table.Length - 1);
        string[] wrong =
        [
            .. from row in table[1..]
               from column in Enumerable.Range(1, columns.Length - 1)
               let count = Count(row[0], columns[column])
               where row[column] != count
               select $"{row[0]}, {columns[column]}: says {row[column]}, has {count}",
        ];
        Assert.Empty(wrong);
    }

    // Of the block behind the column's name in the task's section; a dash where there is none.
    private static string Count(string task, string column)
    {
        string section = Page.Split("\n## ").Single(text => text.StartsWith(task, StringComparison.OrdinalIgnoreCase) && text.Split('\n')[0].Length == task.Length);
        return section.Split($"\n**{column}**\n") is not [_, string behind] ? "-"
            : $"{Block().Match(behind).Value.Split('\n').Select(line => line.Trim()).Count(Counts)}";
    }

    private static bool Counts(string line) => line.Length > 0 && line.Any(char.IsLetterOrDigit) && !line.StartsWith("```", StringComparison.Ordinal) && !line.StartsWith("//", StringComparison.Ordinal)
        && !Import().IsMatch(line);

    [GeneratedRegex(@"^\n(?:```.*?\n```|(?:    [^\n]*\n)+)", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^(using [\w.]+;|import \w|from [\w.]+ import )")]
    private static partial Regex Import();
}
