using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.ML.Data;
using Xunit;

namespace SparseRefine.Samples.Tests;

/// <summary>Compiles each C# program of the pages as it stands there, as a project with implicit usings would, and runs it in a folder of the names that it uses.</summary>
public sealed partial class PageProgramTests(Crops crops) : IClassFixture<Crops>
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly string[] Pages = ["README.md", "samples/docs/universal.md", "samples/docs/side-by-side.md", "samples/docs/photos-and-labels.md"];

    private static readonly MetadataReference[] References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    public static IEnumerable<object[]> Programs => Pages.SelectMany(page => Of(page).Select((text, i) => (object[])[page, i + 1, text]));

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Program_OfAPage_CompilesAndRuns(string page, int number, string text)
    {
        string folder = crops.PathOf("programs", Guid.NewGuid().ToString("N"));
        PageFolder.Prepare(folder, crops);
        string program = Compile(folder, text, $"{page}, program {number}");
        string[] before = Directory.GetFileSystemEntries(folder);

        // The tests' own folder has all assemblies and native libraries that there are; its runtime files serve any program.
        string tests = Path.Combine(AppContext.BaseDirectory, "SparseRefine.Samples.Tests");
        ProcessStartInfo start = new("dotnet", ["exec", "--depsfile", $"{tests}.deps.json", "--runtimeconfig", $"{tests}.runtimeconfig.json", program])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{page}, program {number}: exit code {process.ExitCode}\n{await output}\n{await error}");

        // What it says that it makes is there and can be read.
        string[] made = [.. Directory.GetFileSystemEntries(folder).Except(before)];
        Assert.True(made.Length > 0 || (await output).Length > 0, $"{page}, program {number}: expected a file or a line, got none");
        foreach (string image in made.Where(file => file.EndsWith(".png", StringComparison.Ordinal)))
        {
            using MLImage opened = MLImage.CreateFromFile(image);
            Assert.True(opened.Width > 1);
        }
    }

    [Fact]
    public void Programs_OfTheReadme_AreFound() => Assert.InRange(Programs.Count(row => (string)row[0] == "README.md"), 3, 10);

    // Versions that the file-based program names are those that this repository makes and takes.
    [Fact]
    public void Packages_OfTheFileBasedProgram_HaveTheVersionsOfTheRepository()
    {
        string[] lines = [.. File.ReadLines(Repository.PathOf("README.md")).Where(line => line.StartsWith("#:package ", StringComparison.Ordinal))];
        string version = Regex.Match(File.ReadAllText(Repository.PathOf("Directory.Build.props")), "<Version>(.*)</Version>").Groups[1].Value;
        string runtime = Regex.Match(File.ReadAllText(Repository.PathOf("Directory.Packages.props")), "\"Microsoft.ML.OnnxRuntime\" Version=\"(.*)\"").Groups[1].Value;
        Assert.Equal([$"#:package SparseRefine.MLNet@{version}", $"#:package Microsoft.ML.OnnxRuntime@{runtime}"], lines);
        Assert.Contains($"    dotnet add package Microsoft.ML.OnnxRuntime --version {runtime}", File.ReadLines(Repository.PathOf("README.md")));
        Assert.Equal($"## {version}", File.ReadLines(Repository.PathOf("src", "release-notes.md")).First());
    }

    private static IEnumerable<string> Of(string page) => Block().Matches(File.ReadAllText(Repository.PathOf(page))).Select(block => block.Groups[1].Value);

    // Lines of a file-based program that name packages are for the SDK, not for the compiler.
    private static string Compile(string folder, string text, string name)
    {
        CSharpParseOptions form = new(LanguageVersion.CSharp14);
        SyntaxTree[] trees =
        [
            CSharpSyntaxTree.ParseText(Usings, form),
            CSharpSyntaxTree.ParseText(Directive().Replace(text, ""), form),
        ];
        string program = Path.Combine(folder, "Program.dll");
        EmitResult emitted = CSharpCompilation.Create("Program", trees, References, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)).Emit(program);
        string[] problems = [.. emitted.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning && d.Id != "CS1701").Select(d => d.ToString())];
        Assert.True(emitted.Success && problems.Length == 0, $"{name}: {string.Join('\n', problems)}\n{text}");
        return program;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("^#:.*$", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
