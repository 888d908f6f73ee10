using SparseRefine.Faults;

// What a machine and a stranger's files do to the library, run for longer than a test suite can: see README.md here.
return args switch
{
    ["mutate", .. string[] rest] => MutateCommand.Run(rest),
    ["mutate-worker", string folder, string seed] => MutationWorker.Run(folder, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)),
    ["kill", .. string[] rest] => StopCommand.Run(isKill: true, rest),
    ["term", .. string[] rest] => StopCommand.Run(isKill: false, rest),
    ["full", .. string[] rest] => FullDiskCommand.Run(rest),
    ["cluster", .. string[] rest] => ClusterCommand.Run(rest),
    ["soak", .. string[] rest] => SoakCommand.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: mutate [--count N] [--seed N] [--kind KIND] [--from CASE] [--only CASE] [--keep DIR]");
    Console.Error.WriteLine("       kill|term [--count N] [--images N] [--seed N] [--minutes N] [--tool FILE]");
    Console.Error.WriteLine("       full [--megabytes N] [--tool FILE]");
    Console.Error.WriteLine("       cluster workers|broker|nodes|store|cut|cut-store|poison|twice [--count N] [--photos N] [--slices N] [--workers N] [--seed N] [--azure] [--tool FILE]");
    Console.Error.WriteLine("       soak [--images N] [--out CSV] [--report]");
    return 2;
}
