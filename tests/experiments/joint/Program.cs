// The paper's joint training of the two-column network, on a dense model that train-dense made. Run from the repository's root:
//   dotnet run --project tests/experiments/joint -c Release -- DATA WORKSPACE OUT [--side 768] [--crop 320] [--epochs 1] [--crops 3] [--seed 1] [--every 1] [--only NAME,...]
// DATA holds images/{train,valid,test}, labels/{train,valid,test}; WORKSPACE is train-dense's, of a ResNet-18 with 64 decoder channels. See README.md beside this file.
using System.Globalization;
using Microsoft.ML.Data;
using SparseRefine;
using SparseRefine.Ensemblers;
using SparseRefine.Experiments.Joint;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Metrics;
using SparseRefine.MLNet;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Training;
using ConfusionMatrix = SparseRefine.Metrics.ConfusionMatrix;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is not [string data, string workspace, string output, ..])
{
    Console.Error.WriteLine("usage: joint DATA WORKSPACE OUT [--side N] [--crop N] [--epochs N] [--crops N] [--seed N] [--threads N] [--only NAME,...]");
    return 2;
}

Dictionary<string, string> options = [];
for (int i = 3; i + 1 < args.Length; i += 2)
{
    options[args[i]] = args[i + 1];
}

int Number(string name, int standard) => options.TryGetValue(name, out string? value) ? int.Parse(value) : standard;
(int side, int crop, int seed) = (Number("--side", 768), Number("--crop", 320), Number("--seed", 1));
Workers workers = new(Number("--threads", 1));
Directory.CreateDirectory(output);
string[]? only = options.GetValueOrDefault("--only")?.Split(',');
FeatureSpec inputs = FeatureSpec.Parse("rgb,p");
IReadOnlyList<LabelledImage> training = Read("train");
IReadOnlyList<LabelledImage> validation = Read("valid");
IReadOnlyList<LabelledImage> test = Read("test", Number("--every", 1));
const int Classes = 11;
const int Features = 64;
RefinerTrainerOptions schedule = new()
{
    Epochs = Number("--epochs", 1),
    CropsPerPhoto = Number("--crops", 3),
    BatchSize = 8,
    CropHeight = crop,
    CropWidth = crop,
    MinScale = 0.7,
    MaxScale = 1.4,
    Photometric = 0.3,
    LearningRate = 1e-3,
    AverageDecay = 0.97,
    DiceWeight = 0,
    Planes = [16, 32, 64],
    Seed = seed,
    Threads = workers.Threads,
};
double[] shares = [1, 0.3, 0.1, 0.05];

FeatureRefinementNetwork coarse = Load();
Report("coarse as it is", Coarse.Score(coarse, validation, workers), Coarse.Score(coarse, test, workers), 0);
Joint("coarse alone", null);
foreach (string selector in (string[])["learned:1", "learned:0.3", "learned:0.1", "fraction:0.1"])
{
    Joint($"joint {selector}", selector);
}

Frozen("frozen two-column learned:0.1", RefinerMethod.TwoColumn, "learned:0.1", [16, 32, 64]);
Frozen("frozen two-column learned:0.1 without features", RefinerMethod.TwoColumn, "learned:0.1", [16, 32, 64], readsFeatures: false);
Frozen("frozen two-column learned:0.1 uncropped", RefinerMethod.TwoColumn, "learned:0.1", [16, 32, 64], isWhole: true);
Frozen("frozen sparse-refine fraction:0.1", RefinerMethod.SparseRefine, "fraction:0.1", [12, 24, 48]);
return 0;

// Both columns together; the coarse column from its workspace.
void Joint(string name, string? selector)
{
    if (only?.Contains(name) == false)
    {
        return;
    }

    FeatureRefinementNetwork network = Load();
    SparseRefiner? refiner = null;
    if (selector is not null)
    {
        IPixelSelector chosen = PixelSelector.Parse(selector);
        if (chosen is LearnedSelector learned)
        {
            chosen = BlockActivation.Begin(learned, Coarse.Examples(network, [.. training.Take(8)], workers), Classes, Features, seed, workers);
        }

        FineColumn fine = new(new FineColumnOptions(inputs.Channels(Classes), Classes, [16, 32, 64], 1, false, Features), seed);
        refiner = new SparseRefiner(chosen, inputs, fine, new ReplaceEnsembler());
    }

    double seconds = Train(new JointTask(schedule, network, refiner, training, validation), name);
    Report(name + ": coarse", Coarse.Score(network, validation, workers), Coarse.Score(network, test, workers), seconds);
    if (refiner is not null)
    {
        Measure(name, refiner, Coarse.Examples(network, validation, workers), Coarse.Examples(network, test, workers), seconds);
    }
}

// Behind a coarse column that was trained alone for as many steps, which a file keeps.
void Frozen(string name, RefinerMethod method, string selector, int[] planes, bool readsFeatures = true, bool isWhole = false)
{
    if (only?.Contains(name) == false)
    {
        return;
    }

    FeatureRefinementNetwork network = Load(Path.Combine(output, "coarse alone"));
    List<TrainingExample> Examples(IReadOnlyList<LabelledImage> photos) => Coarse.Examples(network, photos, workers, readsFeatures);
    List<TrainingExample> examples = Examples(validation);
    DateTime start = DateTime.UtcNow;
    RefinerFit fit = new RefinerTrainer(schedule with { Method = method, Planes = planes, WholePhotos = isWhole }).Fit(
        Examples(training), examples, PixelSelector.Parse(selector), Classes, new TrainingRunOptions { WorkspacePath = Path.Combine(output, name) });
    double seconds = (DateTime.UtcNow - start).TotalSeconds;
    Console.WriteLine($"{name}: kept {fit.Refiner.Ensembler.GetType().Name}, {seconds:0} s");
    Measure(name, fit.Refiner, examples, Examples(test), seconds);
}

double Train(JointTask task, string name)
{
    double seconds = 0;
    new TrainingLoop(task, new TrainingRunOptions
    {
        // The columns have parameters of equal names, which no checkpoint holds; only the coarse column alone is needed again.
        WorkspacePath = task.IsCoarseAlone ? Path.Combine(output, name) : null,
        EpochProgress = e =>
        {
            seconds += e.Elapsed.TotalSeconds;
            Console.WriteLine($"{name}: epoch {e.Epoch}/{e.Epochs}, loss {e.Loss:0.000}, validation mIoU {e.Scores.MeanIoU:0.0000}, {e.Elapsed.TotalSeconds:0} s");
        },
    }).Run();
    return seconds;
}

// At the share of the training and at the others, with the same weights.
void Measure(string name, SparseRefiner refiner, List<TrainingExample> valid, List<TrainingExample> tested, double seconds)
{
    foreach (double share in refiner.Selector is LearnedSelector ? shares : [0.1])
    {
        SparseRefiner at = refiner.Selector is LearnedSelector learned
            ? new SparseRefiner(new LearnedSelector(share, learned.Side, learned.Mode, learned.Network), inputs, refiner.Network, refiner.Ensembler)
            : refiner;
        RefinementEvaluation held = RefinerTrainer.Evaluate(at, tested, 255, workers);
        Report(
            $"{name} at {share}", RefinerTrainer.Evaluate(at, valid, 255, workers).Ensembled.Full, held.Ensembled.Full, seconds,
            at.Refine(tested[0].Image.View, tested[0].Logits, RefinementParts.Selection, workers).ExtractMultiplyAdds / 1e9);
    }
}

void Report(string name, ConfusionMatrix valid, ConfusionMatrix tested, double seconds, double multiplyAdds = 0)
{
    string line = $"| {name} | {valid.MeanIoU:0.0000} | {tested.MeanIoU:0.0000} | {tested.PixelAccuracy:0.0000} | {multiplyAdds:0.00} | {seconds:0} |";
    Console.WriteLine(line);
    File.AppendAllText(Path.Combine(output, "table.md"), line + "\n");
}

FeatureRefinementNetwork Load(string? folder = null)
{
    FeatureRefinementNetwork network = new(
        new FeatureRefinementOptions(Classes) { Backbone = BackboneKind.ResNet18, DecoderChannels = Features, HasModule = true }, seed);
    CheckpointFile.ReadBest(folder ?? workspace, network.Parameters, network.Decoder.Classifier.Parameters);
    foreach (Parameter parameter in network.Backbone.Parameters)
    {
        parameter.RateFactor = 0.3f;
    }

    return network;
}

IReadOnlyList<LabelledImage> Read(string part, int every = 1)
{
    List<LabelledImage> photos = [];
    foreach (string file in Directory.EnumerateFiles(Path.Combine(data, "images", part)).Order(StringComparer.Ordinal).Where((_, i) => i % every == 0))
    {
        using MLImage image = PhotoReader.Read(file);
        string name = Path.GetFileNameWithoutExtension(file);
        photos.Add(DenseTrainer.Prepare(name, image.AsView(), IndexPng.Read(Path.Combine(data, "labels", part, name + ".png")), side, side));
    }

    return photos;
}
