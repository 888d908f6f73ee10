using System.Diagnostics;

namespace SparseRefine.Faults;

/// <summary><c>full</c>: a job writes to a memory disk of 64 MB until that is full, then is resumed on a larger one. Needs the right to mount.</summary>
internal static class FullDiskCommand
{
    /// <summary>Runs it.</summary>
    /// <param name="args">--tool FILE, --megabytes N.</param>
    /// <returns>0 where all went well or the system does not let it mount, 1 where something was lost.</returns>
    public static int Run(string[] args)
    {
        string tool = StopCommand.Word(args, "--tool") ?? ToolProcess.Beside;
        int megabytes = StopCommand.Number(args, "--megabytes", 64);
        string folder = Directory.CreateTempSubdirectory("sparserefine-full-").FullName;
        string disk = Path.Combine(folder, "disk");
        Directory.CreateDirectory(disk);
        if (!Mount("-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk))
        {
            Console.WriteLine("full: skipped, this system does not let it mount a memory disk");
            Directory.Delete(folder, recursive: true);
            return 0;
        }

        try
        {
            // About 1.3 MB of results a photo: the disk is full after two thirds of them.
            JobScene scene = new(tool, folder, megabytes * 9 / 8, 600, "--overlay", "--entropy");
            string output = Path.Combine(disk, "out");
            using (ToolProcess process = new(tool, scene.Arguments(output)))
            {
                int code = process.End(300);
                Console.Write(process.Error);
                if (code != 1 || !process.Error.Contains("No space left", StringComparison.OrdinalIgnoreCase))
                {
                    throw new InvalidDataException($"expected exit code 1 and 'No space left', got {code}: {process.Error}");
                }
            }

            int done = JobAudit.Check(output).Count / 3;
            Console.WriteLine($"full: {done} of {scene.Photos} images are in the journal, all their files whole");
            if (done == 0 || done >= scene.Photos)
            {
                throw new InvalidDataException($"expected the disk to be full within the job, got {done} of {scene.Photos} images");
            }

            // Still full: it cannot go on, and loses nothing.
            using (ToolProcess process = new(tool, scene.Arguments(output)))
            {
                int code = process.End(300);
                if (code is not (1 or 2) || JobAudit.Check(output).Count / 3 < done)
                {
                    throw new InvalidDataException($"full still: expected exit code 1 or 2 and the same journal, got {code}: {process.Error}");
                }
            }

            if (!Mount("-o", $"remount,size={megabytes * 4}m", disk))
            {
                throw new InvalidOperationException("expected to remount the memory disk, got an error");
            }

            using (ToolProcess process = new(tool, scene.Arguments(output)))
            {
                int code = process.End(300);
                if (code != 0)
                {
                    throw new InvalidDataException($"resumed: expected exit code 0, got {code}: {process.Error}");
                }
            }

            JobAudit.CheckWhole(output, scene.Expected);
            Console.WriteLine($"full: resumed on a larger disk, all {scene.Photos} images whole and equal to an undisturbed run");
            return 0;
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine($"full: {e.Message}");
            return 1;
        }
        finally
        {
            Run("umount", disk);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool Mount(params string[] args) => Run("mount", args);

    private static bool Run(string program, params string[] args)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
