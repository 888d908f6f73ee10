using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using SparseRefine.Benchmarks;
using SparseRefine.Benchmarks.Cases;
using SparseRefine.Benchmarks.Harness;
using SparseRefine.Benchmarks.Scoring;
using SparseRefine.Kernels;
using SparseRefine.Onnx;

if (args is ["score", .. string[] words])
{
    return ScoringBenchmark.Run(words);
}

Settings settings;
try
{
    settings = Settings.Parse(args);
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

Group[] groups = [.. settings.ThreadCounts
    .SelectMany(Suite.Groups)
    .Where(g => settings.Filter is null || g.Name.Contains(settings.Filter, StringComparison.OrdinalIgnoreCase))];
bool comparesTorch = settings.Filter is null || "torch".Contains(settings.Filter, StringComparison.OrdinalIgnoreCase);
bool measuresMemory = settings.Filter is null || "memory".Contains(settings.Filter, StringComparison.OrdinalIgnoreCase);
if (groups.Length == 0 && !comparesTorch && !measuresMemory)
{
    Console.Error.WriteLine(
        $"filter: expected part of memory, torch, {string.Join(", ", Suite.Groups(1).Select(g => g.Name))}, got '{settings.Filter}'");
    return 2;
}

StringBuilder report = new();
Add(string.Create(CultureInfo.InvariantCulture, $"""
    # {Cpu.Name}

    {Environment.ProcessorCount} processors, {Cpu.VectorBits}-bit vectors, path {Simd.Default}; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; {DenseModel.RuntimeDescription}; {DateTime.UtcNow:yyyy-MM-dd}.
    Made by `dotnet run -c Release --project tests/SparseRefine.Benchmarks{(args.Length == 0 ? "" : " -- " + string.Join(' ', args))}`. Every case was compared with its
    reference before it was timed; the cases of a section ran in turn. Speed and shares are of the best run; only existing neighbours count as work.


    """));
if (measuresMemory)
{
    // First: later, memory that other cases left behind would serve.
    Add(MemoryCase.Run());
}

foreach (Group group in groups)
{
    IReadOnlyList<Measurement> measurements = Measurement.Take(group.Create(), settings.SecondsPerCase);
    Add(ResultTable.Write($"{group.Name}, {group.Threads} {(group.Threads == 1 ? "thread" : "threads")}", measurements));
    GC.Collect();
}

if (comparesTorch)
{
    foreach (int threads in settings.ThreadCounts)
    {
        Add(TorchComparison.Run(threads, settings.Quick));
    }
}

string? folder = Suite.ResultsFolder();
if (folder is null)
{
    Console.WriteLine("not written: no folder tests/SparseRefine.Benchmarks above the working directory or the program");
    return 0;
}

string name = settings.Filter is null ? Cpu.FileName : $"{Cpu.FileName}.{settings.Filter}";
string path = Path.Combine(folder, $"{name}.md");
File.WriteAllText(path + ".part", report.ToString());
File.Move(path + ".part", path, overwrite: true);
Console.WriteLine($"written: {path}");
return 0;

void Add(string text)
{
    report.Append(text);
    Console.Write(text);
}
