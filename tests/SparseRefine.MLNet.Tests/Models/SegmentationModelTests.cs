using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Models;

public sealed class SegmentationModelTests : IDisposable
{
    private readonly Scene scene = new();
    private readonly TransformerChain<SparseRefinementTransformer> fitted;
    private readonly List<LabelMap> expected;
    private readonly string file;

    public SegmentationModelTests()
    {
        fitted = scene.Fit(Scene.Classes());
        expected = [.. fitted.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel")];
        file = scene.PathOf("m.sparserefine");
        scene.Catalog.Save(fitted, null, file);
    }

    public void Dispose()
    {
        fitted.Dispose();
        scene.Dispose();
    }

    [Fact]
    public void Predict_PathStreamBytesAndImage_AnswerAsThePipeline()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        string path = scene.Pairs[0].ImagePath;
        byte[] bytes = File.ReadAllBytes(path);
        using MLImage image = MLImage.CreateFromFile(path);
        using SegmentationResult ofPath = model.Predict(path);
        using SegmentationResult ofStream = model.Predict(new MemoryStream(bytes));
        using SegmentationResult ofBytes = model.Predict(bytes);
        using SegmentationResult ofImage = model.Predict(image);
        foreach (SegmentationResult result in new[] { ofPath, ofStream, ofBytes, ofImage })
        {
            Assert.Equal(expected[0].Labels, result.Labels.Labels);
        }

        ofImage.Dispose();
        Assert.Equal(Scene.Height, image.Height);
        Assert.Equal((0, true), (ofImage.Times.Decode, ofPath.Times.Decode > 0));
    }

    [Fact]
    public void Predict_AfterAnEngineEndedTheSession_SaysWhatDidIt()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        scene.Context.Model.CreatePredictionEngine<PhotoPair, Answer>(model.Transformer).Dispose();
        ObjectDisposedException error = Assert.Throws<ObjectDisposedException>(() => model.Predict(scene.Pairs[0].ImagePath));
        Assert.Contains("PredictionEngineOptions.OwnsTransformer = false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_File_TellsHashClassesPartsAndSizes()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))), model.Hash);
        Assert.Equal(["red", "green", "blue"], model.Classes!.Names);
        Assert.Equal(["mlnet", "label-map-loading", "dense-model", "sparse-refinement"], model.Description!.Parts.Select(part => part.Kind));
        Assert.Equal((12, 20), model.Dense!.InputSize(Scene.Height, Scene.Width));
        Assert.Equal("fraction:0.25", model.Refiner!.Selector.Describe());
    }

    [Theory]
    [InlineData("fraction:0.25", Interpolation.Bilinear, Interpolation.Nearest)]
    [InlineData("fraction:0.25:nearest", Interpolation.Nearest, Interpolation.Bilinear)]
    public void Entropy_OfAnyModel_IsReadAsItsSelectorReadsLogits(string selector, Interpolation read, Interpolation other)
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        using SegmentationModel changed = model.WithSelector(PixelSelector.Parse(selector));
        using SegmentationResult result = changed.Predict(scene.Pairs[0].ImagePath);
        Assert.Equal(Grey(read), result.Entropy().Grey.Labels);
        Assert.NotEqual(Grey(other), result.Entropy().Grey.Labels);

        byte[] Grey(Interpolation interpolation) => new EntropyMap(result.Logits!, Scene.Height, Scene.Width, interpolation).Grey.Labels;
    }

    [Fact]
    public void Load_StreamAndBytes_SameHash()
    {
        using SegmentationModel ofPath = SegmentationModel.Load(file);
        using FileStream stream = File.OpenRead(file);
        using SegmentationModel ofStream = SegmentationModel.Load(stream);
        using SegmentationModel ofBytes = SegmentationModel.Load(File.ReadAllBytes(file));
        Assert.Equal((ofPath.Hash, ofPath.Hash), (ofStream.Hash, ofBytes.Hash));
    }

    [Fact]
    public void Load_FileOfVersion1_RunsOnAllProcessors()
    {
        // The file says one thread, as the machine that fitted it wanted.
        using SegmentationModel model = SegmentationModel.Load("Models/format-1.sparserefine");
        Assert.Equal((1, 0), (model.Description!.FormatVersion, model.Dense!.Options.IntraOpNumThreads));
        using SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath);
        Assert.Equal((Scene.Height, Scene.Width), (result.Labels.Height, result.Labels.Width));
    }

    [Fact]
    public void Predict_OtherPeoplesTransformersInTheChain_AnswersAsThePipeline()
    {
        using var mixed = FreshProcessTests.Mixed(scene);
        string path = scene.PathOf("mixed.sparserefine");
        scene.Catalog.Save(mixed, null, path);
        using SegmentationModel model = SegmentationModel.Load(path);
        Assert.Equal(["red", "green", "blue"], model.Classes!.Names);
        int i = 0;
        foreach (LabelMap map in mixed.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel"))
        {
            using SegmentationResult result = model.Predict(scene.Pairs[i++].ImagePath, RefinementParts.SparseLogits);
            Assert.Equal(map.Labels, result.Labels.Labels);
            Assert.Equal(result.Selection!.Sites.Count, result.SparseLogits!.Sites.Count);
            Assert.Equal(0.25, result.Density!.Value, 2);
        }
    }

    [Fact]
    public void Predict_PartsAskedForOrComputedLater_AreTheSame()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        using SegmentationResult asked = model.Predict(scene.Pairs[1].ImagePath, RefinementParts.Selection | RefinementParts.SparseLogits);
        using SegmentationResult later = model.Predict(scene.Pairs[1].ImagePath);
        Assert.Equal(asked.Selection!.Sites.Indices, later.Selection!.Sites.Indices);
        Assert.Equal(asked.DenseLabels.Labels, later.DenseLabels.Labels);
        Assert.Equal(asked.SparseLogits!.Values, later.SparseLogits!.Values);
        Assert.Equal(asked.Selection.Sites.Count / (double)(Scene.Height * Scene.Width), asked.Density);
        Assert.NotEqual(asked.DenseLabels.Labels, asked.Labels.Labels);
        Assert.True(asked.Times is { Dense: > 0, Select: > 0, Extract: > 0, Ensemble: > 0 });
    }

    [Fact]
    public void Dispose_Result_KeepsWhatWasReadAndGivesTheRestBack()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        SegmentationResult read = model.Predict(scene.Pairs[0].ImagePath);
        LogitMap logits = read.Logits!;
        float[] values = [.. logits.Values];
        read.Dispose();
        SegmentationResult unread = model.Predict(scene.Pairs[1].ImagePath);
        unread.Dispose();
        unread.Dispose();
        using SegmentationResult next = model.Predict(scene.Pairs[2].ImagePath);
        using SegmentationResult another = model.Predict(scene.Pairs[1].ImagePath);
        Assert.Equal(values, logits.Values);
        Assert.NotSame(next.Logits!.Values, another.Logits!.Values);
        Assert.Equal(expected[0].Labels, read.Labels.Labels);
        Assert.Equal(expected[1].Labels, unread.Labels.Labels);
        Assert.NotNull(read.Selection);
        Assert.Throws<ObjectDisposedException>(() => unread.Logits);
        Assert.Throws<ObjectDisposedException>(() => unread.Selection);
        Assert.Throws<ObjectDisposedException>(() => read.Photo);
    }

    [Fact]
    public void Result_SharesAndFile_AreTheLabels()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        using SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath);
        string answer = scene.PathOf("answer.png");
        result.Save(answer);
        Assert.Equal(expected[0].Labels, IndexPng.Read(answer).Labels);
        result.SaveOverlay(scene.PathOf("overlay.png"));
        result.SaveEntropy(scene.PathOf("entropy.png"));
        using MLImage overlay = MLImage.CreateFromFile(scene.PathOf("overlay.png"));
        Assert.Equal((Scene.Height, Scene.Width), (overlay.Height, overlay.Width));
        Assert.Equal(result.Entropy().Grey.Labels, IndexPng.Read(scene.PathOf("entropy.png")).Labels);
        Assert.Equal(3, result.Shares.Count);
        Assert.Equal(expected[0].Labels.Count(label => label == 1) / (double)expected[0].Labels.Length, result.Shares[1]);
    }

    [Fact]
    public void SaveOverlay_Ending_IsTheFormat()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        using SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath);
        result.SaveOverlay(scene.PathOf("o.jpg"));
        Assert.Equal([0xFF, 0xD8, 0xFF], File.ReadAllBytes(scene.PathOf("o.jpg"))[..3]);
        Assert.Throws<ArgumentException>(() => result.SaveOverlay(scene.PathOf("o.webp")));
        Assert.Throws<ArgumentException>(() => result.SaveOverlay(scene.PathOf("o.gif")));
        Assert.Throws<ArgumentException>(() => result.Save(scene.PathOf("labels.jpg")));
        Assert.Throws<ArgumentException>(() => result.SaveEntropy(scene.PathOf("entropy.tif")));
        Assert.False(File.Exists(scene.PathOf("labels.jpg")));
    }

    [Fact]
    public void With_Copies_DescribeThemselvesOrNothing()
    {
        using SegmentationModel model = SegmentationModel.Load(file, new SegmentationModelOptions { AllowedAssemblies = ["My.Mappings"], MaxPixels = 1000 });
        using SegmentationModel selector = model.WithSelector(PixelSelector.Parse("fraction:0.5"));
        using SegmentationModel threads = model.WithThreads(1);
        Assert.Null(selector.Description);
        Assert.Equal(model.Classes?.Names, selector.Classes?.Names);
        Assert.Same(model.Description, threads.Description);
        SegmentationModelOptions options = new() { AllowedAssemblies = ["My.Mappings"], MaxPixels = 1000 };
        Assert.Equal(options.AllowedAssemblies, (options with { Threads = 1 }).AllowedAssemblies);
    }

    [Fact]
    public void Evaluate_MasksWithoutMapping_AreRefused()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        string path = scene.PathOf("mask.png");
        byte[] mask = new byte[Scene.Height * Scene.Width];
        mask.AsSpan(mask.Length / 2).Fill(255);
        IndexPng.Write(new LabelMap(mask, Scene.Height, Scene.Width), path);
        Assert.Contains("masks of 0 and 255", Assert.Throws<InvalidInputException>(
            () => model.Evaluate([new LabelledPhoto { ImagePath = scene.Pairs[0].ImagePath, LabelPath = path }])).Got, StringComparison.Ordinal);
    }

    [Fact]
    public void WithSelector_OriginalDisposed_GoesOnAndIsSaved()
    {
        SegmentationModel model = SegmentationModel.Load(file);
        using SegmentationModel other = model.WithSelector(PixelSelector.Parse("fraction:0.5"));
        using (SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath))
        {
            Assert.Equal(0.25, result.Density!.Value, 2);
        }

        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Predict(scene.Pairs[0].ImagePath));
        using SegmentationResult wider = other.Predict(scene.Pairs[0].ImagePath);
        Assert.Equal(0.5, wider.Density!.Value, 2);
        string copy = scene.PathOf("other.sparserefine");
        other.Save(copy);
        using SegmentationModel loaded = SegmentationModel.Load(copy);
        Assert.Equal("fraction:0.5", loaded.Refiner!.Selector.Describe());
        using SegmentationResult again = loaded.Predict(scene.Pairs[0].ImagePath);
        Assert.Equal(wider.Labels.Labels, again.Labels.Labels);
    }

    [Fact]
    public void WithSelector_ModelWithoutRefiner_NamesIt()
    {
        using SegmentationModel model = SegmentationModel.FromOnnx(OnnxModelBuilder.Identity(), "identity");
        var error = Assert.Throws<InvalidInputException>(() => model.WithSelector(PixelSelector.Parse("fraction:0.5")));
        Assert.StartsWith("identity: expected a model with a refiner", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithRefiner_DenseModelAlone_AnswersAsTheFittedModel()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        using SegmentationModel dense = SegmentationModel.FromOnnx(OnnxModelBuilder.Identity(), "identity", model.Dense!.Options);
        using SegmentationModel joined = dense.WithRefiner(model.Refiner!);
        dense.Dispose();
        using SegmentationResult result = joined.Predict(scene.Pairs[0].ImagePath);
        Assert.Equal(expected[0].Labels, result.Labels.Labels);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WithThreads_EitherDisposedFirst_AnswersTheSame(bool isFirst)
    {
        SegmentationModel model = SegmentationModel.Load(file, new SegmentationModelOptions { Threads = 1 });
        SegmentationModel two = model.WithThreads(2);
        Assert.Equal((1, 2), (model.Dense!.Options.IntraOpNumThreads, two.Dense!.Options.IntraOpNumThreads));
        (isFirst ? model : two).Dispose();
        using SegmentationModel left = isFirst ? two : model;
        using SegmentationResult result = left.Predict(scene.Pairs[2].ImagePath);
        Assert.Equal(expected[2].Labels, result.Labels.Labels);
    }

    [Fact]
    public void FromOnnx_DenseModelAlone_LabelsWithoutRefiner()
    {
        string path = scene.PathOf("dense.onnx");
        File.WriteAllBytes(path, OnnxModelBuilder.Identity());
        using SegmentationModel model = SegmentationModel.FromOnnx(path, new DenseModelOptions { Scale = 1, SizeMultiple = 1 }, Scene.Classes());
        using SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath);
        Assert.Null(result.Selection);
        Assert.Null(result.Density);
        Assert.Same(result.Labels, result.DenseLabels);

        // The model's scores are the photo's red, green and blue, and the labels were painted so.
        byte[] truth = IndexPng.Read(scene.Pairs[0].LabelPath).Labels;
        Assert.InRange(truth.Zip(result.Labels.Labels).Count(pair => pair.First == pair.Second), truth.Length * 0.6, truth.Length);
    }

    [Fact]
    public void Hash_OfADenseModel_IsThatOfWhatChangesItsLabels()
    {
        byte[] bytes = OnnxModelBuilder.Identity();
        DenseModelOptions sees = new() { Scale = 1, SizeMultiple = 1 };
        string hash = HashOf(sees);
        Assert.Equal(hash, HashOf(sees with { IntraOpNumThreads = 1 }));
        Assert.Equal(hash, HashOf(sees, "another name"));
        DenseModelOptions[] others =
        [
            sees with { Scale = 0.5 }, sees with { SizeMultiple = 2 }, sees with { Mean = [1, 2, 3] }, sees with { Std = [1, 2, 3] }, sees with { ChannelOrder = ChannelOrder.Bgr },
            sees with { Interpolation = Interpolation.Nearest }, sees with { Scale = null, Height = 32, Width = 32 }, sees with { ScoreKind = ScoreKind.Logits },
        ];
        Assert.Equal(others.Length + 1, others.Select(other => HashOf(other)).Append(hash).Distinct().Count());

        string HashOf(DenseModelOptions options, string name = "identity")
        {
            using SegmentationModel model = SegmentationModel.FromOnnx(bytes, name, options);
            return model.Hash;
        }
    }

    [Fact]
    public void FromOnnx_ClassesOfAnotherNumber_NamesTheModel()
    {
        var error = Assert.Throws<InvalidInputException>(
            () => SegmentationModel.FromOnnx(OnnxModelBuilder.Identity(), "identity", null, new ClassList(["a", "b"], new byte[6])));
        Assert.StartsWith("identity: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromTransformer_FittedPipeline_LeavesItAlive()
    {
        using (SegmentationModel model = SegmentationModel.FromTransformer(fitted))
        {
            using SegmentationResult result = model.Predict(scene.Pairs[0].ImagePath);
            Assert.Equal(expected[0].Labels, result.Labels.Labels);
            Assert.Throws<NotSupportedException>(() => model.Hash);
        }

        Assert.Equal(expected[0].Labels, fitted.Transform(scene.Data).GetColumn<LabelMap>("PredictedLabel").First().Labels);
    }

    [Fact]
    public void Transformer_JoinedInMLNet_AnswersAsTheModel()
    {
        using SegmentationModel model = SegmentationModel.Load(file);
        ITransformer joined = model.Transformer.Append(
            scene.Catalog.ConvertToVector("Vector", "PredictedLabel").Fit(model.Transformer.Transform(scene.Data)));
        VBuffer<byte> vector = joined.Transform(scene.Data).GetColumn<VBuffer<byte>>("Vector").First();
        Assert.Equal(expected[0].Labels, vector.DenseValues());
    }

    [Fact]
    public void Load_PipelineWithoutLabels_NamesTheFile()
    {
        string path = scene.PathOf("no-labels.sparserefine");
        scene.Catalog.Save(scene.Context.Transforms.CopyColumns("Copy", "ImagePath").Fit(scene.Data), null, path);
        var error = Assert.Throws<InvalidInputException>(() => SegmentationModel.Load(path));
        Assert.StartsWith($"{path}: expected a pipeline from", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_BrokenOrTooLargePhoto_NamesIt()
    {
        using SegmentationModel model = SegmentationModel.Load(file, new SegmentationModelOptions { MaxPixels = 100 });
        Assert.StartsWith(scene.Pairs[0].ImagePath, Assert.Throws<InvalidInputException>(() => model.Predict(scene.Pairs[0].ImagePath)).Message, StringComparison.Ordinal);
        Assert.StartsWith("body: ", Assert.Throws<InvalidInputException>(() => model.Predict(new byte[100], "body")).Message, StringComparison.Ordinal);
    }

    private sealed class Answer
    {
        public LabelMap? PredictedLabel { get; set; }
    }
}
