using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SparseRefine.Batch;

namespace SparseRefine.Faults;

/// <summary>Compares what a job left with its journal, and the journal with that of an undisturbed run.</summary>
internal static class JobAudit
{
    /// <summary>Checks that the journal names each image at most once and that each file it names is there with its hash.</summary>
    /// <param name="output">The output folder.</param>
    /// <returns>Hash by output file of all images in the journal.</returns>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public static IReadOnlyDictionary<string, string> Check(string output)
    {
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        HashSet<string> ids = new(StringComparer.Ordinal);
        string journal = Path.Combine(output, "journal.jsonl");
        if (!File.Exists(journal))
        {
            return hashes;
        }

        foreach (JournalEntry entry in JournalFile.Read(journal))
        {
            if (!ids.Add(entry.Id))
            {
                throw new InvalidDataException($"{journal}: expected each image once, got {entry.Id} twice");
            }

            foreach ((string name, string hash) in entry.Outputs)
            {
                string file = Path.Combine(output, name);
                string got = File.Exists(file) ? Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))) : "no file";
                if (got != hash)
                {
                    throw new InvalidDataException($"{file}: expected {hash} as the journal says, got {got}");
                }

                hashes.Add(name, hash);
            }
        }

        return hashes;
    }

    /// <summary>The reasons of the failures of the last run.</summary>
    /// <param name="output">The output folder.</param>
    /// <returns>One for each failure.</returns>
    public static IReadOnlyList<string?> Failures(string output) =>
        [.. File.ReadLines(Path.Combine(output, "failed.jsonl")).Select(line => (string?)JsonNode.Parse(line)!["reason"])];

    /// <summary>Checks a finished job: every image, every file the same as in an undisturbed run, and no other file.</summary>
    /// <param name="output">The output folder.</param>
    /// <param name="expected">Hash by output file of the undisturbed run.</param>
    /// <exception cref="InvalidDataException">Something is missing, different or too much.</exception>
    public static void CheckWhole(string output, IReadOnlyDictionary<string, string> expected)
    {
        IReadOnlyDictionary<string, string> got = Check(output);
        if (got.Count != expected.Count || expected.Any(file => got.GetValueOrDefault(file.Key) != file.Value))
        {
            throw new InvalidDataException($"{output}: expected the {expected.Count} files of an undisturbed run, got {got.Count} or other ones");
        }

        string[] others = [.. Directory.EnumerateFileSystemEntries(output, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(output, path).Replace('\\', '/'))
            .Where(name => !expected.ContainsKey(name) && name is not ("journal.jsonl" or "failed.jsonl" or ".journal.lock") && !Directory.Exists(Path.Combine(output, name)))];
        if (others.Length > 0)
        {
            throw new InvalidDataException($"{output}: expected no file but results and journal, got {string.Join(", ", others)}");
        }
    }
}
