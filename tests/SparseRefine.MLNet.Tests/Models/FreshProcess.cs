using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using SparseRefine.Images;

namespace SparseRefine.MLNet.Tests.Models;

/// <summary>What runs when the tests' assembly is started as a program: nothing is registered, no test has run.</summary>
internal static class FreshProcess
{
    /// <summary>Loads a model and prints what it makes of a photo.</summary>
    /// <param name="args">
    /// The model file, or "-" for a model on the standard input, which cannot seek, or "rows" for the schema of a class's rows; the photo file.
    /// </param>
    public static int Main(string[] args)
    {
        var context = new MLContext();
        if (args[0] == "rows")
        {
            using var image = MLImage.CreateFromFile(args[1]);
            IDataView rows = context.Data.LoadFromEnumerable([new PlainRow { Image = image }]);
            Console.Out.WriteLine(string.Join(", ", rows.Schema.Select(column => $"{column.Name} {column.Type}")));
            return context.SemanticSegmentation is null ? 1 : 0;
        }

        DataViewSchema? schema;
        using Stream input = Console.OpenStandardInput();
        ITransformer model = args[0] == "-"
            ? context.SemanticSegmentation.Load(input, out schema)
            : context.SemanticSegmentation.Load(args[0], out schema);
        using var owned = (IDisposable)model;
        IDataView photos = context.Data.LoadFromEnumerable([new PhotoPair { ImagePath = args[1], LabelPath = args[1] }]);
        foreach (string line in Describe(model.Transform(photos), schema))
        {
            Console.Out.WriteLine(line);
        }

        return 0;
    }

    public static IEnumerable<string> Describe(IDataView scored, DataViewSchema? inputSchema)
    {
        yield return string.Join(", ", inputSchema?.Select(column => $"{column.Name} {column.Type}") ?? ["none"]);
        yield return string.Join(", ", scored.Schema.Select(column => $"{column.Name} {column.Type}"));
        yield return string.Join(", ", SegmentationEvaluator.Names(scored.Schema["PredictedLabel"]) ?? ["none"]);
        LabelMap labels = scored.GetColumn<LabelMap>("PredictedLabel").First();
        yield return Convert.ToHexString(SHA256.HashData(labels.Labels));
    }

    private sealed class PlainRow
    {
        public required MLImage Image { get; init; }

        public LabelMap? Label { get; init; }
    }
}
