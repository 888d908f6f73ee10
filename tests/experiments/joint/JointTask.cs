using SparseRefine.Grids;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Selectors;
using SparseRefine.Sites;
using SparseRefine.Training;

namespace SparseRefine.Experiments.Joint;

/// <summary>
/// The paper's joint training of the two-column network: the coarse column, a dense network that sees the crop at half its sides, learns along. Its own scores have a loss
/// of their own, and the fine column's loss reaches it through the scores that are corrected and through the features of the cross-column connections; the probabilities
/// that the fine column and the activations look at are constants.
/// </summary>
/// <param name="options">Steps, crops, rates; Dice is not used.</param>
/// <param name="network">The coarse column.</param>
/// <param name="refiner">The fine column behind its selector; null trains the coarse column alone.</param>
/// <param name="training">Photos at the fine column's resolution.</param>
/// <param name="validation">Photos that choose the epoch.</param>
internal sealed class JointTask(
    RefinerTrainerOptions options, FeatureRefinementNetwork network, SparseRefiner? refiner, IReadOnlyList<LabelledImage> training, IReadOnlyList<LabelledImage> validation)
    : TrainingTask(options)
{
    private readonly BufferPool _pool = new();
    private readonly LearnedSelector? _learned = refiner?.Selector as LearnedSelector;
    private readonly FineColumn? _fine = refiner?.Network as FineColumn;
    private Augmentation? _augmentation;

    public override IReadOnlyList<Parameter> Parameters { get; } =
        [.. network.Parameters, .. refiner?.Network.Parameters ?? [], .. (refiner?.Selector as LearnedSelector)?.Network!.Parameters ?? []];

    public bool IsCoarseAlone => refiner is null;

    public override int StepsPerEpoch => training.Count * Options.CropsPerPhoto / Options.BatchSize;

    public override void Dispose()
    {
    }

    public override StepOutcome Step(int epoch, int step)
    {
        _augmentation ??= CreateAugmentation();
        LabelledImage[] crops = new LabelledImage[Options.BatchSize];
        Workers.For(crops.Length, 1, (i, _, _) =>
        {
            int index = (step * crops.Length) + i;
            LabelledImage photo = training[TrainingSeed.Photo(Options.Seed, epoch, index, training.Count)];
            crops[i] = _augmentation.Apply(photo, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Crop, epoch, index));
        });
        Tape tape = new(Workers, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Dropout, epoch, step), _pool);
        (Variable input, GridShape grid) = FeatureRefinementNetwork.Prepare(crops.Length, Options.CropHeight / 2, Options.CropWidth / 2, tape);
        for (int i = 0; i < crops.Length; i++)
        {
            network.Fill(input, grid, i, Coarse.Halve(crops[i].Image.View).View);
        }

        (Variable features, Variable logits) = network.Forward(input, grid, tape, Workers);
        GridShape coarse = grid with { Height = grid.Height / 4, Width = grid.Width / 4 };
        Variable enlarged = Upsample.Forward(logits, coarse, 2, tape, Workers);
        float[]? weights = ClassWeights(network.Options.Classes);
        double loss = CrossEntropy.Apply(enlarged, Labels(crops, coarse.Height * 2, coarse.Width * 2), Options.IgnoreIndex, weights, 1, Workers);
        double density = 0;
        SitePyramid? pyramid = null;
        if (_fine is not null)
        {
            (double fine, density, pyramid) = Fine(crops, features, logits, coarse, weights, epoch, step, tape);
            loss += fine;
        }

        // The backward pass reads the pyramid.
        using SitePyramid? kept = pyramid;

        if (double.IsFinite(loss))
        {
            tape.Backward();
            input.Release();
        }

        return new StepOutcome(loss, density, "crops");
    }

    public override TaskValidation Validate(CancellationToken cancellation)
    {
        if (refiner is null)
        {
            return TaskValidation.Of(Coarse.Score(network, validation, Workers));
        }

        List<TrainingExample> examples = Coarse.Examples(network, validation, Workers);
        return TaskValidation.Of(RefinerTrainer.Evaluate(refiner, examples, Options.IgnoreIndex, Workers, cancellation).Ensembled.Full);
    }

    public override TrainingIdentity Identify() => TrainingIdentity.Of(
        "joint", Options, Parameters, [("selector", refiner?.Selector.Describe() ?? "none")], [], []);

    private (double Loss, double Density, SitePyramid Pyramid) Fine(
        LabelledImage[] crops, Variable features, Variable logits, GridShape coarse, float[]? weights, int epoch, int step, Tape tape)
    {
        (int height, int width, int classes) = (Options.CropHeight, Options.CropWidth, logits.Channels);
        LogitMap[] maps = [.. crops.Select((_, i) => Coarse.Map(features, logits, coarse, i))];
        using CoarseColumn constants = new(maps, _learned?.Network!.CoarseFeatures ?? 0, Workers);
        BlockActivation? active = _learned is null ? null : BlockActivation.Draw(
            _learned, constants, crops.Length, height, width, TrainingSeed.At(Options.Seed, TrainingSeed.Use.Blocks, epoch, step), tape);
        SiteSet[] selected = active?.Sites ?? [.. maps.Select(map => refiner!.Selector.Select(map, height, width, Workers).Sites)];
        int count = selected.Sum(set => set.Count);
        List<int> indices = new(count);
        List<byte> labels = new(count);
        List<float> seen = [];
        for (int i = 0; i < crops.Length; i++)
        {
            seen.AddRange(RefinerFeatures.Extract(
                crops[i].Image.View, maps[i], selected[i], refiner!.Features, SparseRefiner.ProbabilityThreshold, refiner.Interpolation, Workers));
            indices.AddRange(selected[i].Indices.Select(index => (i * height * width) + index));
            labels.AddRange(selected[i].Indices.Select(index => crops[i].Labels.Labels[index]));
        }

        SiteSet sites = new([.. indices], crops.Length, height, width);
        SitePyramid pyramid = SitePyramid.Build(sites, _fine!.Levels, Workers, tape.Pool);
        MapRows[] places = [.. crops.Select((_, i) => new MapRows([], i * coarse.Pixels, 0, coarse.Height, coarse.Width))];
        Variable output = _fine.RunLayers(
            new Variable([.. seen], count, _fine.InputChannels, needsGradient: false), Read, pyramid, tape, Workers);
        Variable scores = MapReading.Forward(logits, places, sites, tape, Workers);
        Variable correction = Fusion.Forward(
            new float[count * classes], output, active?.Probabilities, active?.Blocks ?? [], corrects: true, tape, Workers);
        double loss = CrossEntropy.Apply(Add.Forward(scores, correction, tape, Workers), [.. labels], Options.IgnoreIndex, weights, 1, Workers);
        return (active is null ? loss : loss + AreaPenalty.Apply(active.Probabilities, crops.Length, _learned!.Share, 1), sites.Density, pyramid);

        // What a cross-column connection reads: probabilities, which are constants, and features, which learn.
        Variable Read(SiteSet level)
        {
            Variable probabilities = Variable.Output(tape, level.Count, classes, needsGradient: false);
            tape.Record(probabilities, () => { });
            MapReading.Gather([.. crops.Select((_, i) => constants.Probabilities(i))], level, probabilities.Value, classes, 0, Workers);
            return Concatenate.Forward(probabilities, MapReading.Forward(features, places, level, tape, Workers), tape, Workers);
        }
    }

    // The label in the middle of each cell of a grid over a crop.
    private static byte[] Labels(LabelledImage[] crops, int rows, int columns)
    {
        byte[] labels = new byte[crops.Length * rows * columns];
        for (int i = 0; i < labels.Length; i++)
        {
            (int line, int x) = Math.DivRem(i, columns);
            (int crop, int y) = Math.DivRem(line, rows);
            LabelMap map = crops[crop].Labels;
            labels[i] = map.Labels[((((2 * y) + 1) * map.Height / (2 * rows)) * map.Width) + (((2 * x) + 1) * map.Width / (2 * columns))];
        }

        return labels;
    }
}
