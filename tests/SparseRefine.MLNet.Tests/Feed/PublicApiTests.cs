using Microsoft.ML;
using Xunit;

namespace SparseRefine.MLNet.Tests.Feed;

public class PublicApiTests
{
    [BuiltinFact]
    public void BuiltinML_EveryPublicMember_IsOneOfMicrosoftML()
    {
        var theirs = ReadExcerpt();
        List<string> strangers = [];
        foreach (var type in PublicApi.VisibleTypes(typeof(MLContext).Assembly))
        {
            var (kind, bases) = PublicApi.Heading(type);
            var start = $"{PublicApi.Name(type)} = {kind}";
            var heading = theirs.FirstOrDefault(line => line == start || line.StartsWith(start + " : ", StringComparison.Ordinal));
            if (heading is null)
            {
                strangers.Add(start);
                continue;
            }

            // Fewer bases are allowed, others are not.
            strangers.AddRange(bases.Where(name => !$" {heading[start.Length..]},".Contains($" {name},", StringComparison.Ordinal)).Select(name => $"{start} : {name}"));
            strangers.AddRange(PublicApi.Members(type).Where(line => !theirs.Contains(line)));
        }

        Assert.Empty(strangers);
    }

    private static HashSet<string> ReadExcerpt()
    {
        using var stream = typeof(PublicApiTests).Assembly.GetManifestResourceStream("microsoft-ml-public-api.txt")!;
        using StreamReader reader = new(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
