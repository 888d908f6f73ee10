using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>The API pages: made by one command, every public member reachable from their index, no link that leads nowhere.</summary>
public sealed partial class ApiPagesTests(ApiPagesTests.Site site) : IClassFixture<ApiPagesTests.Site>
{
    [Fact]
    public void Index_ByItsLinks_ReachesEveryPublicMember()
    {
        HashSet<string> reached = ["index.md"];
        Queue<string> left = new(reached);
        while (left.TryDequeue(out string? page))
        {
            foreach (string next in PageLinks.Of(site.Texts[page]).Select(link => link.File).Where(file => file.Length > 0 && reached.Add(file)))
            {
                left.Enqueue(next);
            }
        }

        Assert.Empty(site.Texts.Keys.Except(reached));
        HashSet<string> anchors = [.. site.Texts.Values.SelectMany(PageLinks.Anchors)];
        Type[] types = [.. DocumentationTests.Ours.SelectMany(assembly => assembly.GetExportedTypes()).Where(type => !type.FullName!.Contains('<', StringComparison.Ordinal))];
        Assert.True(types.Length > 100);
        string[] missing =
        [
            .. types.Where(type => !anchors.Contains(Key(type))).Select(type => $"{type}"),
            .. types.SelectMany(type => Members(type).Where(member => !anchors.Any(a => IsOf(a, $"{Key(type)}_{Plain(member)}"))).Select(member => $"{type}.{member}")),
        ];
        Assert.Empty(missing);
    }

    [Fact]
    public void Links_OfEveryPage_LeadSomewhere() =>
        Assert.Empty(site.Texts.SelectMany(page => PageLinks.Of(page.Value)
            .Where(link => link.File.Length > 0 && !site.Texts.ContainsKey(link.File)
                || link.Anchor.Length > 0 && !PageLinks.Anchors(site.Texts[link.File.Length > 0 ? link.File : page.Key]).Contains(link.Anchor))
            .Select(link => $"{page.Key}: {link.File}#{link.Anchor}")));

    // What the compiler makes for records and delegates has no documentation of ours.
    private static IEnumerable<string> Members(Type type) => type.IsEnum || typeof(Delegate).IsAssignableFrom(type)
        ? []
        : type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(member => member is PropertyInfo or FieldInfo or EventInfo || (member is MethodInfo { IsSpecialName: false } method && !method.Name.Contains('<', StringComparison.Ordinal)
                && method.GetBaseDefinition() == method && method.Name is not ("Deconstruct" or "Equals" or "PrintMembers")))
            .Select(member => member.Name).Distinct();

    private static bool IsOf(string anchor, string start) =>
        anchor.StartsWith(start, StringComparison.Ordinal) && (anchor.Length == start.Length || anchor[start.Length] == '_');

    private static string Key(Type type) => Plain(type.FullName!);

    private static string Plain(string name) => NotPlain().Replace(name, "_");

    [GeneratedRegex("[^A-Za-z0-9_]")]
    private static partial Regex NotPlain();

    /// <summary>The pages, made once.</summary>
    public sealed class Site : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("sparserefine-api-").FullName;

        public Site()
        {
            ProcessStartInfo start = new("bash", [Repository.PathOf(".ci", "api"), Path.Combine(_folder, "api")]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $".ci/api: exit code {process.ExitCode}\n{output}\n{error.Result}");
            Texts = Directory.EnumerateFiles(Path.Combine(_folder, "api")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        }

        public IReadOnlyDictionary<string, string> Texts { get; }

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
