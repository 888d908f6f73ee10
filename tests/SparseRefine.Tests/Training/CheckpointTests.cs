using System.IO.Compression;
using SparseRefine.Ensemblers;
using SparseRefine.Kernels;
using SparseRefine.Layers;
using SparseRefine.Networks;
using SparseRefine.Persistence;
using SparseRefine.Selectors;
using SparseRefine.Training;
using Xunit;

namespace SparseRefine.Tests.Training;

public sealed class CheckpointTests : IDisposable
{
    private static readonly IPixelSelector Selector = PixelSelector.Parse("fraction:0.4");
    private readonly string _folder = Directory.CreateTempSubdirectory("sparserefine-").FullName;

    private static RefinerTrainerOptions Small => new()
    {
        Planes = [4, 8],
        Reps = 1,
        Epochs = 4,
        BatchSize = 2,
        CropHeight = 32,
        CropWidth = 32,
        Dropout = 0.2f,
        LearningRate = 5e-3,
        CropsPerPhoto = 3,
        Seed = 3,
        Threads = 1,
    };

    private string FilePath => Path.Combine(_folder, "training.checkpoint");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 3, 0)]
    [InlineData(2, 0, 0.9)]
    [InlineData(1, 2, 0.9)]
    public void Fit_StoppedAndResumed_SameBitsAsOneThatNeverStopped(int epochs, int steps, double averageDecay)
    {
        RefinerTrainerOptions options = Small with { AverageDecay = averageDecay };
        RefinerFit straight = Fit(options, null);
        Stop(epochs, steps, options);
        List<string> messages = [];
        RefinerFit resumed = Fit(options with { Threads = 2 }, new TrainingRunOptions { WorkspacePath = _folder, Message = messages.Add });

        AssertSame(straight, resumed);
        Assert.Equal(
            [$"{FilePath}: goes on after {epochs} of 4 epochs and {steps} steps"], messages);
    }

    [Fact]
    public void Fit_StoppedTwice_SameBits()
    {
        RefinerFit straight = Fit(Small, null);
        Stop(1, 1);
        Stop(3, 2);
        AssertSame(straight, Fit(Small, new TrainingRunOptions { WorkspacePath = _folder }));
    }

    [Fact]
    public void Fit_FinishedBefore_GivesTheSameWithoutAStep()
    {
        RefinerFit first = Fit(Small, new TrainingRunOptions { WorkspacePath = _folder });
        RefinerFit again = Fit(Small, new TrainingRunOptions
        {
            WorkspacePath = _folder,
            StepProgress = _ => Assert.Fail("a step was made"),
        });
        AssertSame(first, again);
        Assert.Equal([FilePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Fit_StoppedEarlyBefore_StaysStopped()
    {
        RefinerTrainerOptions options = Small with { Patience = 1, MinDelta = 1 };
        RefinerFit first = Fit(options, new TrainingRunOptions { WorkspacePath = _folder });
        RefinerFit again = Fit(options, new TrainingRunOptions { WorkspacePath = _folder });
        Assert.Equal(TrainingEnd.StoppedEarly, again.History.End);
        AssertSame(first, again);
    }

    [Fact]
    public void Fit_WarmStartAndSeveralDenseModels_ResumeToTheSameBits()
    {
        SparseRefiner warm = Fit(Small with { Epochs = 1 }, null).Refiner;
        TrainingExample[] photos = [.. Enumerable.Range(0, 4).Select(seed => ThinLines.CreateForTwo(seed))];
        RefinerFit FitOnce(TrainingRunOptions? run) => new RefinerTrainer(Small).Fit(photos, photos, Selector, 2, run, warm);

        RefinerFit straight = FitOnce(null);
        using var source = new CancellationTokenSource();
        FitOnce(new TrainingRunOptions { WorkspacePath = _folder, EpochProgress = _ => source.Cancel(), Cancellation = source.Token });
        RefinerFit resumed = FitOnce(new TrainingRunOptions { WorkspacePath = _folder });
        AssertSame(straight, resumed);
        Assert.Equal(2, resumed.History.Epochs[0].ValidationByDense.Count);
    }

    [Fact]
    public void FitExtractor_StoppedAndResumed_SameBits()
    {
        SelectedExample[] photos = [.. Photos(0, 3).Select(p => new SelectedExample(p, Select(p)))];
        SparseUNet Train(TrainingRunOptions? run)
        {
            var network = new SparseUNet(
                new SparseUNetOptions(Small.Features.Channels(2), 2, Small.Planes, Small.Reps, Small.Dropout), Small.Seed);
            new ExtractorTrainer(Small).Fit(network, photos, photos, run);
            return network;
        }

        using var source = new CancellationTokenSource();
        Train(new TrainingRunOptions { WorkspacePath = _folder, EpochProgress = _ => source.Cancel(), Cancellation = source.Token });
        AssertSame(Train(null).Parameters, Train(new TrainingRunOptions { WorkspacePath = _folder }).Parameters);
    }

    [Fact]
    public void FitGate_StoppedAndResumed_SameBits()
    {
        SparseRefiner refiner = Fit(Small with { Epochs = 1 }, null).Refiner;
        GateExample[] photos = [.. Photos(0, 3).Select(p =>
        {
            PixelSelection selection = Select(p);
            return new GateExample(p.Name, p.Logits, selection, refiner.Extract(p.Image.View, p.Logits, selection, new Workers(1)), p.Labels);
        })];
        GatedEnsembler Train(TrainingRunOptions? run)
        {
            var gate = new GatedEnsembler(new GatedEnsemblerOptions(2), seed: 1);
            new GateTrainer(Small).Fit(gate, photos, photos, run);
            return gate;
        }

        using var source = new CancellationTokenSource();
        Train(new TrainingRunOptions { WorkspacePath = _folder, EpochProgress = _ => source.Cancel(), Cancellation = source.Token });
        AssertSame(Train(null).Parameters, Train(new TrainingRunOptions { WorkspacePath = _folder }).Parameters);
    }

    [Theory]
    [InlineData("Epochs", "Epochs 5, got 4")]
    [InlineData("LearningRate", "LearningRate 0.001, got 0.005")]
    [InlineData("Planes", "Planes [8,8], got [4,8]")]
    [InlineData("Features", "Features rgb, got rgb,p")]
    [InlineData("Selector", "selector fraction:0.5, got fraction:0.4")]
    [InlineData("Photos", "3 training photos, got 2")]
    [InlineData("Photo", "training photo 2 'lines-7' with its labels and logits, got 'lines-1'")]
    [InlineData("Label", "training photo 2 'lines-1' with its labels and logits, got other pixels, labels, logits or teacher")]
    [InlineData("Validation", "validation photo 1 'lines-101' with its labels and logits, got 'lines-100'")]
    [InlineData("WarmStart", "starting weights ")]
    public void Fit_CheckpointOfAnotherTraining_NamesTheDifference(string what, string expected)
    {
        Stop(1, 1);
        RefinerTrainerOptions options = what switch
        {
            "Epochs" => Small with { Epochs = 5 },
            "LearningRate" => Small with { LearningRate = 1e-3 },
            "Planes" => Small with { Planes = [8, 8] },
            "Features" => Small with { Features = FeatureSpec.Parse("rgb") },
            _ => Small,
        };
        List<TrainingExample> training = [.. Photos(0, 2)];
        switch (what)
        {
            case "Photos":
                training.Add(ThinLines.Create(2));
                break;
            case "Photo":
                training[1] = ThinLines.Create(7);
                break;
            case "Label":
                training[1].Labels.Labels[100] ^= 1;
                break;
        }

        SparseRefiner? warm = what == "WarmStart" ? Fit(Small with { Epochs = 1, Seed = 9 }, null).Refiner : null;
        var error = Assert.Throws<InvalidInputException>(() => new RefinerTrainer(options).Fit(
            training,
            ThinLines.List(what == "Validation" ? 101 : 100, 1),
            PixelSelector.Parse(what == "Selector" ? "fraction:0.5" : "fraction:0.4"),
            2,
            new TrainingRunOptions { WorkspacePath = _folder },
            warm));
        Assert.StartsWith($"{FilePath}: expected a checkpoint of {expected}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; delete it or choose another WorkspacePath (--workspace)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_CheckpointWithAnyByteChanged_IsRefusedOrGivesTheSameBits()
    {
        RefinerFit straight = Fit(Small, null);
        Stop(3, 2);
        byte[] whole = File.ReadAllBytes(FilePath);
        var random = new Random(1);
        int refused = 0;
        foreach (int position in Enumerable.Range(0, 48).Concat(Enumerable.Range(0, 80).Select(_ => random.Next(whole.Length))))
        {
            byte[] harmed = [.. whole];
            harmed[position] ^= 4;
            File.WriteAllBytes(FilePath, harmed);
            try
            {
                // What nobody reads, as the time of an entry, may change.
                AssertSame(straight, Fit(Small, new TrainingRunOptions { WorkspacePath = _folder }));
            }
            catch (InvalidInputException e)
            {
                Assert.StartsWith(FilePath, e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 80, 128);
        for (int length = 0; length < whole.Length; length += whole.Length / 23)
        {
            Refused(whole[..length], $"length {length}");
        }
    }

    [Fact]
    public void Fit_CheckpointOfNewerVersion_SaysSo()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            new ArchiveWriter(zip).AddManifest(new ArchiveKind("sparserefine-checkpoint", 9, "checkpoint"), []);
        }

        Assert.EndsWith("expected format version 1 to 3, got 9; it was written by a newer SparseRefine", Refused(file.ToArray(), "version"), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_CheckpointOfTheFirstVersion_SaysSo() => Assert.EndsWith(
        "expected a checkpoint of this SparseRefine, got one of an older SparseRefine; delete it or choose another WorkspacePath (--workspace)",
        Refused([.. "SRCHKPT\x01"u8, .. new byte[99]], "first version"),
        StringComparison.Ordinal);

    [Fact]
    public void Fit_ModelFileInPlaceOfACheckpoint_IsRefused()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            new ArchiveWriter(zip).AddManifest(new ArchiveKind("sparserefine", 2, "model file"), []);
        }

        Assert.EndsWith("expected format 'sparserefine-checkpoint' in manifest.json, got 'sparserefine'", Refused(file.ToArray(), "model"), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WorkspaceThatIsAFile_NamesIt()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "x");
        var error = Assert.Throws<InvalidInputException>(() => Fit(Small, new TrainingRunOptions { WorkspacePath = file }));
        Assert.StartsWith($"WorkspacePath (--workspace): expected a folder, got {file}", error.Message, StringComparison.Ordinal);
    }

    private string Refused(byte[] bytes, string what)
    {
        File.WriteAllBytes(FilePath, bytes);
        try
        {
            Fit(Small, new TrainingRunOptions { WorkspacePath = _folder, StepProgress = _ => throw new InvalidOperationException(what) });
        }
        catch (InvalidInputException e)
        {
            Assert.StartsWith(FilePath, e.Message, StringComparison.Ordinal);
            return e.Message;
        }

        Assert.Fail(what);
        return "";
    }

    /// <summary>Trains until so many epochs and steps of the next are done.</summary>
    private void Stop(int epochs, int steps, RefinerTrainerOptions? options = null)
    {
        using var source = new CancellationTokenSource();
        var run = new TrainingRunOptions
        {
            WorkspacePath = _folder,
            Cancellation = source.Token,
            EpochProgress = report => CancelIf(report.Epoch == epochs && steps == 0),
            StepProgress = step => CancelIf(step.Epoch == epochs + 1 && step.Step == steps),
        };
        Fit(options ?? Small, run);
        Assert.True(source.IsCancellationRequested);

        void CancelIf(bool now)
        {
            if (now)
            {
                source.Cancel();
            }
        }
    }

    // Two photos of three crops in steps of two: three steps an epoch.
    private static RefinerFit Fit(RefinerTrainerOptions options, TrainingRunOptions? run) =>
        new RefinerTrainer(options).Fit(ThinLines.List(0, 2), ThinLines.List(100, 1), Selector, 2, run);

    private static IEnumerable<TrainingExample> Photos(int first, int count) =>
        Enumerable.Range(first, count).Select(seed => ThinLines.Create(seed));

    private static PixelSelection Select(TrainingExample photo) =>
        Selector.Select(photo.Logits, photo.Image.Height, photo.Image.Width, new Workers(1));

    private static void AssertSame(RefinerFit expected, RefinerFit actual)
    {
        AssertSame(expected.Refiner.Network.Parameters, actual.Refiner.Network.Parameters);
        AssertSame(((GatedEnsembler)expected.Trained).Parameters, ((GatedEnsembler)actual.Trained).Parameters);
        Assert.Equal(expected.History.BestEpoch, actual.History.BestEpoch);
        Assert.Equal(
            expected.History.Epochs.Select(e => (e.Epoch, e.Epochs, e.Loss, e.Density, e.IsBest)),
            actual.History.Epochs.Select(e => (e.Epoch, e.Epochs, e.Loss, e.Density, e.IsBest)));
        Assert.Equal(
            expected.History.Epochs.Select(e => e.Scores.Counts.ToArray()),
            actual.History.Epochs.Select(e => e.Scores.Counts.ToArray()));
        Assert.Equal(
            expected.History.Epochs.Select(e => (e.Validation!.Images, e.Validation!.Density)),
            actual.History.Epochs.Select(e => (e.Validation!.Images, e.Validation!.Density)));
    }

    private static void AssertSame(IReadOnlyList<Parameter> expected, IReadOnlyList<Parameter> actual)
    {
        foreach ((Parameter one, Parameter other) in expected.Zip(actual))
        {
            Assert.Equal(one.Value, other.Value);
        }
    }
}
