using SparseRefine.Faults;

// What a machine and a stranger's files do to the library, run for longer than a test suite can: see README.md here.
return args switch
{
    ["mutate", .. string[] rest] => MutateCommand.Run(rest),
    ["mutate-worker", string folder, string seed] => MutationWorker.Run(folder, int.Parse(seed, System.Globalization.CultureInfo.InvariantCulture)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: mutate [--count N] [--seed N] [--kind KIND] [--only CASE] [--keep DIR]");
    return 2;
}
