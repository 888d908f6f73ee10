using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;
using SparseRefine.MLNet;

namespace SparseRefine.Samples.Tests;

/// <summary>What the shipped pipeline answers, asked without any of the samples.</summary>
internal static class Expected
{
    public static string Model => Repository.PathOf("samples", "models", "fundus.sparserefine");

    public static LabelMap Labels(string photo, string? model = null)
    {
        MLContext ml = new();
        ITransformer loaded = ml.SemanticSegmentation.Load(model ?? Model, out _);
        using MLImage image = PhotoReader.Read(photo);
        LabelMap map = loaded.Transform(ml.Data.LoadFromEnumerable([new Row { Image = image }]))
            .GetColumn<LabelMap>("PredictedLabel").Single();
        (loaded as IDisposable)?.Dispose();
        return map;
    }

    private sealed class Row
    {
        public MLImage Image { get; set; } = null!;
    }
}
