using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SparseRefine.Ensemblers;
using SparseRefine.Images;
using SparseRefine.Kernels;
using SparseRefine.Networks;
using SparseRefine.Onnx.Export;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.Onnx.Tests.Export;

/// <summary>What goes in and out of a refiner's graph, and its extremes.</summary>
public sealed class GraphOptionsTests
{
    private const int Height = 21;
    private const int Width = 34;
    private const OnnxOutputs AllOutputs = OnnxOutputs.DenseLabels | OnnxOutputs.Mask | OnnxOutputs.Entropy | OnnxOutputs.MaxScore;
    private static readonly Workers One = new(1);

    [Theory]
    [InlineData(2)]
    [InlineData(9)]
    public void Build_AllOutputs_AreTheEnginesParts(int seed)
    {
        RandomRefiner subject = new(seed);
        (ImageBuffer photo, LogitMap logits) = (subject.Photo(Height, Width), subject.Logits(7, 9));
        RefinementResult expected = subject.Refiner.Refine(photo.View, logits, RefinementParts.Selection | RefinementParts.SparseLogits, One);
        using GraphRun run = new(subject, new OnnxExportOptions { Outputs = AllOutputs });
        using IDisposableReadOnlyCollection<OrtValue> outputs = run.Run(photo, logits, "labels", "dense_labels", "mask", "entropy", "max_score");
        PixelSelection selection = expected.Selection!;
        byte[] mask = new byte[Height * Width];
        float[] scores = GraphRun.Interpolated(logits, Height, Width, ((IScanSelector)subject.Refiner.Selector).Mode);
        foreach (int pixel in selection.Sites.Indices)
        {
            mask[pixel] = 1;
        }

        Assert.Equal(expected.Labels.Labels, outputs[0].GetTensorDataAsSpan<byte>().ToArray());
        Assert.Equal(selection.DenseLabels.Labels, outputs[1].GetTensorDataAsSpan<byte>().ToArray());
        Assert.Equal(mask, outputs[2].GetTensorDataAsSpan<byte>().ToArray());
        float[] entropies = new float[Height * Width];
        Entropy.OfRows(scores, subject.Classes, entropies);
        Close(entropies, outputs[3].GetTensorDataAsSpan<float>());
        float[] merged = subject.Refiner.Ensemble(logits, expected.SparseLogits!, One);
        for (int i = 0; i < selection.Sites.Count; i++)
        {
            merged.AsSpan(i * subject.Classes, subject.Classes).CopyTo(scores.AsSpan(selection.Sites.Indices[i] * subject.Classes));
        }

        Entropy.Softmax(scores, subject.Classes, scores);
        Close([.. expected.Labels.Labels.Select((label, i) => scores[(i * subject.Classes) + label])], outputs[4].GetTensorDataAsSpan<float>());
    }

    [Theory]
    [InlineData(1 << 16)]
    [InlineData(1 << 24)]
    public void Build_BlocksOfAnySize_GiveTheEnginesLabels(int values)
    {
        // 20,000 selected pixels of a photo that is many small blocks, and one large one.
        RandomRefiner subject = new(2);
        SparseRefiner refiner = subject.Refiner.WithSelector(PixelSelector.Parse("fraction:0.5"));
        (ImageBuffer photo, LogitMap logits) = (subject.Photo(200, 201), subject.Logits(21, 22));
        using GraphRun run = new(subject, new OnnxExportOptions { BlockValues = values }, refiner);
        using IDisposableReadOnlyCollection<OrtValue> outputs = run.Run(photo, logits, "labels");
        Assert.Equal(refiner.Refine(photo.View, logits, One).Labels, outputs[0].GetTensorDataAsSpan<byte>().ToArray());
    }

    [Theory]
    [InlineData("entropy:9", 0)]
    [InlineData("fraction:0", 0)]
    [InlineData("pixels:0", 0)]
    [InlineData("margin:0", 0)]
    [InlineData("fraction:1", Height * Width)]
    [InlineData("pixels:100000", Height * Width)]
    [InlineData("entropy:0", Height * Width)]
    [InlineData("margin:1", Height * Width)]
    public void Build_NothingOrEverythingSelected_GivesTheEnginesLabels(string selector, int selected)
    {
        RandomRefiner subject = new(4);
        SparseRefiner refiner = subject.Refiner.WithSelector(PixelSelector.Parse(selector));
        (ImageBuffer photo, LogitMap logits) = (subject.Photo(Height, Width), subject.Logits(5, 6));
        using GraphRun run = new(subject, new OnnxExportOptions { Outputs = OnnxOutputs.Mask }, refiner);
        using IDisposableReadOnlyCollection<OrtValue> outputs = run.Run(photo, logits, "labels", "mask");
        Assert.Equal(refiner.Refine(photo.View, logits, One).Labels, outputs[0].GetTensorDataAsSpan<byte>().ToArray());
        Assert.Equal(selected, outputs[1].GetTensorDataAsSpan<byte>().ToArray().Sum(m => m));
    }

    [Theory]
    [InlineData("fraction:0.3")]
    [InlineData("pixels:777")]
    public void Build_EqualScores_SelectsTheFirstOfThem(string selector)
    {
        // All pixels are equally unsure but for rounding, which must be the same for all.
        RandomRefiner subject = new(1);
        SparseRefiner refiner = subject.Refiner.WithSelector(PixelSelector.Parse(selector));
        LogitMap noise = subject.Logits(7, 9);
        float[] equal = [.. noise.Values.Select((_, i) => 10.1f + (0.3f * noise.Values[i / 63]))];
        LogitMap logits = new(equal, noise.Classes, 7, 9) { Features = noise.Features };
        ImageBuffer photo = subject.Photo(50, 67);
        using GraphRun run = new(subject, new OnnxExportOptions { Outputs = OnnxOutputs.Mask }, refiner);
        using IDisposableReadOnlyCollection<OrtValue> outputs = run.Run(photo, logits, "labels", "mask");
        byte[] mask = outputs[1].GetTensorDataAsSpan<byte>().ToArray();
        RefinementResult expected = refiner.Refine(photo.View, logits, RefinementParts.Selection, One);
        Assert.Equal(expected.Selection!.Sites.Indices.ToArray(), Enumerable.Range(0, mask.Length).Where(i => mask[i] == 1));
    }

    [Theory]
    [InlineData(OnnxExportOptions.OldestOperatorSet)]
    [InlineData(18)]
    [InlineData(OnnxExportOptions.NewestOperatorSet)]
    public void Build_OperatorSets_GiveTheEnginesLabels(int operators)
    {
        foreach (int seed in (int[])[1, 6, 11, 13])
        {
            RandomRefiner subject = new(seed);
            using GraphRun run = new(subject, new OnnxExportOptions { OperatorSet = operators });
            Assert.Equal(0, run.Compare(Height, Width, 6, 8));
        }
    }

    [Fact]
    public void Build_FixedSize_RefusesOtherPhotos()
    {
        RandomRefiner subject = new(7);
        using GraphRun run = new(subject, new OnnxExportOptions { Height = Height, Width = Width });
        Assert.Equal(0, run.Compare(Height, Width, 6, 8));
        Assert.Throws<OnnxRuntimeException>(() => run.Compare(Height + 1, Width, 6, 8));
    }

    [Fact]
    public void Build_PhotoOfOtherChannels_IsRefusedByTheRuntime()
    {
        RandomRefiner subject = new(7);
        using GraphRun run = new(subject);
        using OrtValue image = OrtValue.CreateTensorValueFromMemory(new byte[4 * 4 * 4], [1, 4, 4, 4]);
        OnnxRuntimeException e = Assert.Throws<OnnxRuntimeException>(() => run.Run(image, subject.Logits(2, 2), "labels"));
        Assert.Contains("image", e.Message, StringComparison.Ordinal);
        Assert.Contains("Got: 4 Expected: 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_HalfPrecision_HardlyChangesLabels()
    {
        RandomRefiner subject = new(10);
        (ImageBuffer photo, LogitMap logits) = (subject.Photo(80, 90), subject.Logits(20, 22));
        byte[] expected = subject.Refiner.Refine(photo.View, logits, One).Labels;
        using GraphRun run = new(subject, new OnnxExportOptions { Float16 = true });
        byte[] labels = run.Labels(photo, logits);
        Assert.InRange(labels.Where((label, i) => label != expected[i]).Count(), 0, labels.Length / 200);
    }

    [Fact]
    public void Build_WhatCannotBeExported_IsRefusedByName()
    {
        RandomRefiner subject = new(4);
        Refuses(PixelSelector.Parse("time:30"), null, "selector: expected a time budget with its cost (time:MS:COST), got time:30");
        Refuses(PixelSelector.Parse("random:0.1:3"), 17, "selector random: expected operator set 18 or newer (--opset), as 17 lacks BitwiseXor, got 17");
        Refuses(new OwnSelector(), null, "selector: expected one of this library's, which can be exported, got mine");

        void Refuses(IPixelSelector selector, int? operators, string message)
        {
            OnnxExportOptions options = new() { Input = OnnxInput.ImageAndLogits, OperatorSet = operators };
            InvalidInputException e = Assert.Throws<InvalidInputException>(
                () => GraphExport.Build(null, null, subject.Refiner.WithSelector(selector), subject.Classes, options, []));
            Assert.Equal(message, e.Message);
        }
    }

    private static void Close(float[] expected, ReadOnlySpan<float> got)
    {
        Assert.Equal(expected.Length, got.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], got[i], 2e-5f);
        }
    }

    private sealed class OwnSelector : IPixelSelector
    {
        public PixelSelection Select(LogitMap logits, int height, int width, Workers workers) => throw new NotSupportedException();

        public string Describe() => "mine";
    }
}
