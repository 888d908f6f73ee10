namespace SparseRefine.Faults;

/// <summary>A run in a temporary folder, which is deleted where all went well, and left for a look where something was lost.</summary>
internal static class FaultRun
{
    /// <summary>Runs it.</summary>
    /// <param name="name">What its lines begin with.</param>
    /// <param name="run">Gets the folder; gives the last line, and throws <see cref="InvalidDataException"/> where something was lost.</param>
    /// <returns>The exit code: 0, or 1 where something was lost.</returns>
    public static int In(string name, Func<string, string> run)
    {
        string folder = Directory.CreateTempSubdirectory("sparserefine-faults-").FullName;
        bool isKept = false;
        try
        {
            Console.WriteLine($"{name}: {run(folder)}");
            return 0;
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine($"{name}: {e.Message}");
            Console.Error.WriteLine($"left for a look: {folder}");
            isKept = true;
            return 1;
        }
        finally
        {
            if (!isKept)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
