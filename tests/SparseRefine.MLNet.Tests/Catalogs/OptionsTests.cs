using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;
using SparseRefine.Onnx;
using SparseRefine.Selectors;
using Xunit;

namespace SparseRefine.MLNet.Tests.Catalogs;

/// <summary>One way to give options: flat, nested in their estimator, each value checked where it is set.</summary>
public class OptionsTests
{
    public static TheoryData<string, Func<object>> OutOfRange => new()
    {
        { "Epochs: expected 0 or more, got -1", () => new SparseRefinementTrainer.Options { Epochs = -1 } },
        { "ValidationFraction: expected a value above 0 and below 1, got 1", () => new GatedEnsemblingTrainer.Options { ValidationFraction = 1 } },
        { "LabelColumnName: expected a name, got none", () => new SparseExtractionTrainer.Options { LabelColumnName = "" } },
        { "Height: expected at least 1, got 0", () => new FeatureRefinementTrainer.Options { Height = 0 } },
        { "Channels: expected four positive multiples of 8, got 8,8,8", () => new FeatureRefinementTrainer.Options { Channels = [8, 8, 8] } },
        { "BatchSize: expected 1 or more, got 0", () => new DenseSegmentationEstimator.Options { BatchSize = 0 } },
        { "Width: expected 1 to 65535, got 0", () => new DenseSegmentationEstimator.Options { Width = 0 } },
        { "Std: expected three values, finite and in range, got 1,0,1", () => new DenseModelOptions { Std = [1, 0, 1] } },
        { "Threads: expected 0 or more, got -1", () => new PixelSelectionEstimator.Options { Threads = -1 } },
        { "Method: expected one of Entropy, Average, Replace, got 9", () => new EnsemblingEstimator.Options { Method = (EnsembleMethod)9 } },
        { "Classes: expected 2 to 255, got 1", () => new LabelMapLoadingEstimator.Options { Classes = 1 } },
        { "Layout: expected one of ClassesFirst, ClassesLast, got 7", () => new VectorToLogitsEstimator.Options { Layout = (LogitLayout)7 } },
        { "BoundaryWidth: expected above 0 and at most 1, got 0", () => new SemanticSegmentationEvaluationOptions { BoundaryWidth = 0 } },
        { "MaxPixels: expected 1 or more, got 0", () => new SegmentationModelOptions { MaxPixels = 0 } },
        { "Opacity: expected 0 to 1, got NaN", () => new LabelMapToImageEstimator.Options { Opacity = float.NaN } },
        { "OutputColumnName: expected a name, got none", () => new LabelMapToVectorEstimator.Options { OutputColumnName = null! } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Set_ValueOutOfRange_NamesItAndBothSides(string message, Func<object> make) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(make).Message);

    [Fact]
    public void Options_OfEveryEstimator_AreFlatAndImmutable()
    {
        Type[] estimators = [.. typeof(SemanticSegmentationCatalog).Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract && typeof(IEstimator<ITransformer>).IsAssignableFrom(type))];
        Assert.NotEmpty(estimators);
        foreach (PropertyInfo property in estimators.SelectMany(type => type.GetNestedType("Options")!.GetProperties()))
        {
            string name = $"{property.DeclaringType}.{property.Name}";
            Assert.False(property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal), $"{name}: expected a flat value, got {property.PropertyType}");
            MethodInfo? setter = property.SetMethod;
            Assert.True(
                setter is null || setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)), $"{name}: expected init, got set");
        }
    }

    [Fact]
    public void Trainer_OptionsThatContradictEachOther_NamesThem()
    {
        using var scene = new Scene(photos: 0);
        var options = new SparseRefinementTrainer.Options { MinScale = 2, MaxScale = 1 };
        var error = Assert.Throws<ArgumentException>(() => scene.Catalog.Trainers.SparseRefinement(options));
        Assert.Equal("MinScale, MaxScale: expected 0 < MinScale <= MaxScale, got 2, 1", error.Message);
    }

    [Fact]
    public void Transforms_OfMLNetsCatalog_AreThoseOfOurs()
    {
        string[] ours = [.. typeof(SemanticSegmentationCatalog).GetMethods()
            .Where(method => typeof(IEstimator<ITransformer>).IsAssignableFrom(method.ReturnType)).Select(Signature).Order()];
        string[] theirs = [.. typeof(SegmentationTransformsExtensions).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => Signature(method).Replace("TransformsCatalog _, ", "", StringComparison.Ordinal)).Order()];
        Assert.NotEmpty(ours);
        Assert.Equal(ours, theirs);
        var context = new MLContext(1);
        Assert.IsType<EntropySelector>(new PixelSelectionEstimator.Options().Selector);
        Assert.IsType<PixelSelectionEstimator>(context.Transforms.SelectPixels("Selected", "Logits", "Image"));
        Assert.IsType<SemanticSegmentationCatalog>(context.Segmentation());

        static string Signature(MethodInfo method) =>
            $"{method.ReturnType.Name} {method.Name}({string.Join(", ", method.GetParameters().Select(p => $"{p.ParameterType.Name} {p.Name}"))})";
    }
}
