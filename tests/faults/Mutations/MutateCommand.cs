using System.Diagnostics;
using System.Globalization;

namespace SparseRefine.Faults;

/// <summary><c>mutate</c>: harmed files of all kinds through the library, each in a child process under a limit of time and memory.</summary>
internal static class MutateCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs the cases, prints counts a kind and every case that went wrong.</summary>
    /// <returns>0 when all were answered or refused by name, else 1.</returns>
    public static int Run(string[] arguments)
    {
        int count = Number(arguments, "--count") ?? 10_000;
        int seed = Number(arguments, "--seed") ?? 1;
        int? only = Number(arguments, "--only");
        string? kind = Text(arguments, "--kind");
        string? keep = Text(arguments, "--keep");
        string folder = Directory.CreateTempSubdirectory("sparserefine-faults-").FullName;
        try
        {
            Corpus.Write(folder);
            IEnumerable<int> cases = only is int one ? [one] : Enumerable.Range(Number(arguments, "--from") ?? 0, count);
            IReadOnlyList<CaseResult> results = Run(
                folder, seed, [.. cases.Where(n => kind is null || MutatedInput.KindOf(n).ToString().Equals(kind, StringComparison.OrdinalIgnoreCase))], keep);
            if (only is not null)
            {
                Console.WriteLine(results[0]);
            }

            Console.WriteLine(Table(results));
            return results.All(r => r.IsRight) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<CaseResult> Run(string folder, int seed, int[] cases, string? keep)
    {
        List<CaseResult> results = [];
        WorkerProcess worker = WorkerProcess.Start(folder, seed);
        try
        {
            CheckWholeFiles(worker);
            foreach (int number in cases)
            {
                CaseResult result = worker.Run(number, Patience);
                results.Add(result);
                if (result.Outcome is Outcome.Crash or Outcome.Hang)
                {
                    worker.Dispose();
                    worker = WorkerProcess.Start(folder, seed);
                }

                if (!result.IsRight)
                {
                    Tell(result, folder, seed, keep);
                }
            }
        }
        finally
        {
            worker.Dispose();
        }

        return results;
    }

    // Harm to files that are refused anyway would prove nothing.
    private static void CheckWholeFiles(WorkerProcess worker)
    {
        for (int i = 0; i < Corpus.All.Count; i++)
        {
            CaseResult whole = worker.Run(-1 - i, Patience);
            if (whole.Outcome != Outcome.Answered)
            {
                bool isLack = whole.Outcome == Outcome.Refused && whole.Message.Contains("that the decoder lacks", StringComparison.Ordinal);
                Console.WriteLine($"whole {Corpus.All[i].Name}: {whole.Outcome}, {whole.Message}");
                if (!isLack)
                {
                    throw new InvalidOperationException($"{Corpus.All[i].Name}: expected an answer for the whole file, got {whole.Message}");
                }
            }
        }
    }

    private static void Tell(CaseResult result, string folder, int seed, string? keep)
    {
        MutatedInput input = MutatedInput.Make(folder, seed, result.Number);
        Console.WriteLine(FormattableString.Invariant(
            $"case {result.Number} {input.Kind}: {result.Outcome}, {result.Ms:0} ms, {result.PeakMegabytes:0} MB: {result.Message}"));
        if (keep is not null)
        {
            Directory.CreateDirectory(keep);
            File.WriteAllBytes(Path.Combine(keep, $"{seed}-{result.Number}-{input.Name}"), input.Bytes);
        }
    }

    private static string Table(IReadOnlyList<CaseResult> results)
    {
        StringWriter text = new(CultureInfo.InvariantCulture);
        Outcome[] outcomes = Enum.GetValues<Outcome>();
        text.WriteLine($"| kind | cases | {string.Join(" | ", outcomes)} | most CPU ms | largest MB |");
        text.WriteLine($"|---|---:|{string.Concat(outcomes.Select(_ => "---:|"))}---:|---:|");
        foreach (IGrouping<string, CaseResult> group in results.GroupBy(r => MutatedInput.KindOf(r.Number).ToString()).OrderBy(g => g.Key).Append(new All(results)))
        {
            string counts = string.Join(" | ", outcomes.Select(o => group.Count(r => r.Outcome == o)));
            text.WriteLine($"| {group.Key} | {group.Count()} | {counts} | {group.Max(r => r.Ms):0} | {group.Max(r => r.PeakMegabytes):0} |");
        }

        return text.ToString();
    }

    private static int? Number(string[] arguments, string option) =>
        Text(arguments, option) is string text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string? Text(string[] arguments, string option)
    {
        int at = Array.IndexOf(arguments, option);
        return at < 0 ? null : at + 1 < arguments.Length ? arguments[at + 1] : throw new ArgumentException($"{option}: expected a value, got none");
    }

    private sealed class All(IReadOnlyList<CaseResult> results) : IGrouping<string, CaseResult>
    {
        public string Key => "all";

        public IEnumerator<CaseResult> GetEnumerator() => results.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
