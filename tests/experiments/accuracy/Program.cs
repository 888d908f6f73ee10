// Trains and measures many refiners, one after the other, and draws what each reaches for its cost. Run it as
//   dotnet run --project tests/experiments/accuracy -c Release -- sweep --plan tests/experiments/accuracy/fundus.json --data DIR --out tests/experiments/accuracy/results/fundus
// `sweep` makes each point of the plan that has no file yet, `time` measures milliseconds (run it on an idle machine), `report` writes
// table.md and plot.svg from the files. Ctrl+C ends it; the fit in hand goes on from its last epoch next time. See README.md beside this file.
using System.Globalization;
using SparseRefine;
using SparseRefine.Experiments.Accuracy;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Dictionary<string, string> options = [];
for (int i = 1; i + 1 < args.Length; i += 2)
{
    options[args[i]] = args[i + 1];
}

string[] needed = ["--plan", "--data", "--out"];
if (args is not ["sweep" or "time" or "report", ..] || args.Length != 7 || needed.Any(o => !options.ContainsKey(o)))
{
    Console.Error.WriteLine("usage: accuracy sweep|time|report --plan PLAN.json --data DIR --out DIR");
    return 2;
}

using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    SweepPlan plan = SweepPlan.Load(options["--plan"]);
    Sweep sweep = new(plan, options["--data"], options["--out"]);
    switch (args[0])
    {
        case "sweep":
            sweep.Run(stop.Token);
            break;
        case "time":
            sweep.Time(stop.Token);
            break;
    }

    sweep.Report();
    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("cancelled; finished points are kept");
    return 1;
}
catch (Exception e) when (e is InvalidInputException or IOException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
