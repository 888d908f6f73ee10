// Trains the refiner that is shipped (src/SparseRefine.MLNet/universal.safetensors) and measures it on sets that it has not seen. Run from the repository's root:
//   dotnet run --project tests/experiments/universal -c Release -- train --sets SETS.json --data DIR --out FILE --workspace DIR [--leave SET] [--epochs N] [--steps N] [--threads N]
//   dotnet run --project tests/experiments/universal -c Release -- measure --sets SETS.json --data DIR --weights FILE --set SET --part valid|test [--photos N] [--selector S] [--threads N]
// See README.md beside this file.
using System.Globalization;
using System.Text.Json;
using SparseRefine;
using SparseRefine.Experiments.Universal;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Persistence;
using SparseRefine.Selectors;
using SparseRefine.Training;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Dictionary<string, string> options = [];
for (int i = 1; i + 1 < args.Length; i += 2)
{
    options[args[i]] = args[i + 1];
}

string Needed(string name) => options.TryGetValue(name, out string? value) ? value : throw new InvalidInputException(name, "a value", "none");
int Number(string name, int standard) => options.TryGetValue(name, out string? value) ? int.Parse(value) : standard;
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    PhotoSet[] sets = JsonSerializer.Deserialize<PhotoSet[]>(File.ReadAllText(Needed("--sets")), JsonSerializerOptions.Web)!;
    IPixelSelector selector = PixelSelector.Parse(options.GetValueOrDefault("--selector", "entropy:0.2"));
    UniversalNetwork network = new(new UniversalNetworkOptions(2, [16, 32, 64]), Number("--seed", 1));
    string data = Needed("--data");
    Workers workers = new(Number("--threads", 1));
    switch (args.FirstOrDefault())
    {
        case "train":
            RefinerTrainerOptions training = new()
            {
                Epochs = Number("--epochs", 12),
                BatchSize = 4,
                CropHeight = 192,
                CropWidth = 192,
                LearningRate = 3e-3,
                AverageDecay = 0.99,
                Seed = Number("--seed", 1),
                Threads = workers.Threads,
            };
            var learned = sets.Where(set => set.Name != options.GetValueOrDefault("--leave")).Select(set => (set.Name, set.Training(data))).ToArray();
            UniversalTask task = new(training, network, selector, Number("--steps", 100), learned);
            new TrainingLoop(task, new TrainingRunOptions
            {
                WorkspacePath = Needed("--workspace"),
                Cancellation = stop.Token,
                EpochProgress = e => Console.WriteLine($"epoch {e.Epoch}/{e.Epochs}: loss {e.Loss:0.0000}, decisions' mIoU {e.Scores.MeanIoU:0.0000}, {e.Elapsed.TotalSeconds:0} s"),
            }).Run();
            AtomicFile.Write(Needed("--out"), stream => SafeTensors.Write(stream, network.Parameters));
            break;
        case "measure":
            if (options.TryGetValue("--weights", out string? file))
            {
                using FileStream weights = File.OpenRead(file);
                SafeTensors.Read(weights, network.Parameters, file);
            }

            PhotoSet chosen = sets.Single(set => set.Name == Needed("--set"));
            Measure.Print(chosen.Held(data, Needed("--part"), Number("--photos", 1000)), network, selector, workers, Console.Out);
            break;
        default:
            throw new InvalidInputException("command", "train or measure", args.FirstOrDefault() ?? "none");
    }

    return 0;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("cancelled; the same command goes on");
    return 1;
}
catch (Exception e) when (e is InvalidInputException or IOException or ArgumentException or FormatException or JsonException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
